#!/bin/sh
# Runs one command-line test and compares what it printed byte for byte, but for
# the last digits of scores.
#
#   run.sh [--update] TEST.sh ARK-INDEX ARK-SEARCH SAMPLES
#
# TEST.sh runs in an empty directory, which is also HOME and appears as "~" in
# what is compared; ark-index and ark-search are found by PATH; $SAMPLES is the
# folder of sample articles, $CLI this folder, $NEWS the folder of real articles
# beside the project or empty, $CATALOGUES the
# folder of compiled translations. Beside TEST.sh stand TEST.out, TEST.err and
# TEST.status; a missing one means empty, or 0. A test that ends with 77 is
# skipped and says why. --update writes the three files instead of comparing;
# read them before you keep them.
set -u

update=no
if [ "$1" = --update ]; then
    update=yes
    shift
fi
CLI=$(cd "$(dirname "$1")" && pwd) ark_index=$2 ark_search=$3
base=$CLI/$(basename "$1" .sh)
SAMPLES=$(cd "$4" && pwd)
NEWS=
if [ -d "$CLI/../../../shared/samples/news" ]; then
    NEWS=$(cd "$CLI/../../../shared/samples/news" && pwd)
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/ark-cli-XXXXXX") || exit 2
work=$(cd "$work" && pwd -P)
trap 'chmod -R u+rwX "$work" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 2' INT TERM HUP
mkdir "$work/home" "$work/bin"
ln -s "$ark_index" "$work/bin/ark-index"
ln -s "$ark_search" "$work/bin/ark-search"

unset ARK_INDEX ARK_CONFIG ARK_BIDI ARK_COLORS XDG_DATA_HOME XDG_CONFIG_HOME
unset NO_COLOR CLICOLOR CLICOLOR_FORCE COLUMNS LINES ARK_PAGER PAGER LESS LESSCHARSET LV
unset TMUX STY MLTERM VTE_VERSION KONSOLE_VERSION XTERM_VERSION ALACRITTY_WINDOW_ID WT_SESSION
unset KITTY_WINDOW_ID TERM_PROGRAM SSH_CONNECTION SSH_TTY LANGUAGE
HOME=$work/home PATH=$work/bin:$PATH LC_ALL=C.UTF-8 TERM=xterm
CATALOGUES=$(dirname "$ark_index")/../locale
export HOME PATH LC_ALL TERM SAMPLES CLI NEWS CATALOGUES

# Containers may have no pseudo-terminals.
if grep -qE 'on_terminal|terminal[.]py' "$base.sh" && ! python3 -c 'import os; os.openpty()' 2>/dev/null; then
    echo "skipped: no python3, or no pseudo-terminal"
    exit 77
fi

(cd "$HOME" && exec sh -u "$base.sh") >"$work/out" 2>"$work/err" </dev/null
status=$?
if [ $status = 77 ]; then
    cat "$work/out" "$work/err"
    exit 77
fi
for kind in out err; do
    sed "s|$HOME|~|g" "$work/$kind" >"$work/$kind.seen"
done
echo $status >"$work/status.seen"

# Processors and compilers add floating-point numbers up in different orders:
# what comes after the fourth decimal of a score is not compared.
cut_digits() {
    LC_ALL=C sed -E 's/([0-9]\.[0-9]{4})[0-9]+/\1/g'
}

failed=0
for kind in out err status; do
    expected=$base.$kind
    if [ $update = yes ]; then
        cp "$work/$kind.seen" "$expected"
        if [ ! -s "$expected" ] || { [ $kind = status ] && [ $status = 0 ]; }; then
            rm "$expected"
        fi
        continue
    fi
    if [ ! -e "$expected" ]; then
        expected=$work/$kind.default
        if [ $kind = status ]; then echo 0; fi >"$expected"
    fi
    cut_digits <"$expected" >"$work/$kind.wanted"
    cut_digits <"$work/$kind.seen" >"$work/$kind.got"
    if ! cmp -s "$work/$kind.wanted" "$work/$kind.got"; then
        echo "$(basename "$base").$kind: expected (-) and printed (+):"
        diff -u "$work/$kind.wanted" "$work/$kind.got" | sed 1,2d
        failed=1
    fi
done
exit $failed
