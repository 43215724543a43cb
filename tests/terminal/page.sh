#!/bin/sh
# page.sh FOLDER [OPTION]...: prints the page that the pictures show and the golden
# files hold: all that can go wrong in a right-to-left line. The working directory
# gets a copy of FOLDER (tests/terminal/page) and an index of it, unless it has them.
# ark-index and ark-search are found by PATH; the options go to each search.
folder=$1
shift
if [ ! -d page-index ]; then
    cp -r "$folder" page
    ark-index -q -i page-index page || exit 2
fi
search() {
    ark-search -i page-index --pager=never "$@"
}
search -n4 "$@" هدنة إنسانية
search -n1 -s0 "$@" 'السلام ) حرف'
search "$@" كزبرة
search --explain=query "$@" '=هدنة -حرب'
