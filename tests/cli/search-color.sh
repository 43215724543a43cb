# When there is colour, and which.
. "$CLI/search-samples.inc"
query="ark-search --bidi=none -n1 -s0 هدنة"
ask() { # ask NAME=VALUE...: in a pipe, then on a terminal, in that environment
    echo "== $*"
    env "$@" ark-search -n1 -s0 هدنة | visible
    on_terminal 80 "env $* $query"
}
ask LC_ALL=C
ask NO_COLOR=1
ask NO_COLOR=
ask CLICOLOR=0
ask CLICOLOR_FORCE=1
ask CLICOLOR_FORCE=1 NO_COLOR=1
ask TERM=dumb
ask "ARK_COLORS='match=32:title=:meta='"
for when in always never; do
    echo "== --color=$when"
    ark-search -n1 -s0 --color=$when هدنة | visible
    on_terminal 80 "$query --color=$when"
done
echo "== --mark"
ark-search -n1 --mark='<b>,</b>' هدنة
echo "== wrong colours"
ARK_COLORS=match=red ark-search --color=always -n1 هدنة
