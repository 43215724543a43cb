#!/bin/sh
# Runs page.sh in real terminals, each on a virtual screen, and takes a picture of each.
#
#   pictures.sh ARK-INDEX ARK-SEARCH FOLDER [TERMINAL]...
#
# Absolute program paths; pictures go to FOLDER/TERMINAL.png. Terminals that are not
# installed are passed over, in words. README.md says what to look for in the pictures.
# Ends with 77 when there is no Xvfb or no import(1), with 1 when a terminal showed nothing.
# ARK_PAGE_OPTIONS are given to each search, for example --bidi=visual.
set -u

here=$(cd "$(dirname "$0")" && pwd)
programs=$(dirname "$1"):$(dirname "$2")
mkdir -p "$3"
out=$(cd "$3" && pwd)
shift 3
[ $# -gt 0 ] || set -- xterm vte mlterm kitty alacritty konsole urxvt st foot tmux-xterm \
    tmux-vte screen-xterm less-xterm

for tool in Xvfb import; do
    command -v $tool >/dev/null || {
        echo "skipped: no $tool"
        exit 77
    }
done

work=$(mktemp -d "${TMPDIR:-/tmp}/ark-pictures-XXXXXX") || exit 2
pids=
finish() {
    # shellcheck disable=SC2086 # words
    [ -z "$pids" ] || kill $pids 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 2' INT TERM HUP
mkdir -m 700 "$work/home" "$work/run"

unset TMUX STY TERM_PROGRAM XTERM_VERSION VTE_VERSION KONSOLE_VERSION KITTY_WINDOW_ID MLTERM WAYLAND_DISPLAY
unset ARK_INDEX ARK_BIDI ARK_CONFIG ARK_COLORS PAGER LESS NO_COLOR
PATH=$programs:$PATH LC_ALL=C.UTF-8 HOME=$work/home XDG_RUNTIME_DIR=$work/run LIBGL_ALWAYS_SOFTWARE=1
export PATH LC_ALL HOME XDG_RUNTIME_DIR LIBGL_ALWAYS_SOFTWARE

# What a terminal runs: the page, then it stays for its picture.
cat >"$work/show" <<END
#!/bin/sh
cd "$work/home" && sh "$here/page.sh" "$here/page" ${ARK_PAGE_OPTIONS-}
touch "$work/shown"
sleep 60
END
# The same through the pager.
cat >"$work/show-less" <<END
#!/bin/sh
cd "$work/home" && sh "$here/page.sh" "$here/page" -q
touch "$work/shown"
ark-search -i page-index --pager=always ${ARK_PAGE_OPTIONS-} هدنة إنسانية
sleep 60
END
chmod +x "$work/show" "$work/show-less"

start() {
    "$@" >"$work/log" 2>&1 &
    pids="$! $pids"
}

has() {
    command -v "$1" >/dev/null || {
        echo "$terminal: passed over: no $1"
        return 1
    }
}

xterm_shows() {
    start xterm -fa 'DejaVu Sans Mono' -fs 11 -geometry 100x34+0+0 -e "$@"
}

vte_shows() {
    start dbus-run-session sakura -c 100 -r 34 -x "$*"
}

# launch TERMINAL: starts it with the page in it; false when it is not there.
launch() {
    case $1 in
    xterm) has xterm && xterm_shows "$work/show" ;;
    less-xterm) has xterm && has less && xterm_shows "$work/show-less" ;;
    tmux-xterm) has xterm && has tmux && xterm_shows tmux -S "$work/tmux" -f /dev/null new-session "$work/show" ;;
    screen-xterm) has xterm && has screen && xterm_shows screen -U "$work/show" ;;
    vte) has sakura && has dbus-run-session && vte_shows "$work/show" ;;
    tmux-vte) has sakura && has dbus-run-session && has tmux && vte_shows tmux -S "$work/tmux" -f /dev/null new-session "$work/show" ;;
    mlterm) has mlterm && start mlterm -g 100x34 -e "$work/show" ;;
    kitty) has kitty && start kitty -o initial_window_width=1000 -o initial_window_height=680 \
        -o remember_window_size=no "$work/show" ;;
    alacritty) has alacritty && start alacritty -o window.dimensions.columns=100 \
        -o window.dimensions.lines=34 -e "$work/show" ;;
    konsole) has konsole && has dbus-run-session && start dbus-run-session konsole --nofork \
        --hide-menubar --geometry 1000x690 -e "$work/show" ;;
    urxvt) has urxvt && start urxvt -fn 'xft:DejaVu Sans Mono:size=11' -geometry 100x34 -e "$work/show" ;;
    st) has st && start st -f 'DejaVu Sans Mono:size=11' -g 100x34 -e "$work/show" ;;
    foot) has foot && has weston && start weston --backend=x11-backend.so --width=1000 --height=680 \
        --socket=ark-pictures && sleep 2 &&
        WAYLAND_DISPLAY=ark-pictures start foot --font='DejaVu Sans Mono:size=11' \
            --window-size-chars=100x34 "$work/show" ;;
    *)
        echo "unknown terminal: $1"
        exit 2
        ;;
    esac
}

# picture TERMINAL: its picture; 0 also when it is not installed.
picture() {
    terminal=$1
    number=$((90 + $$ % 900))
    pids=
    rm -rf "$work/shown" "$work/home/page" "$work/home/page-index"
    Xvfb ":$number" -screen 0 1100x720x24 -nolisten tcp >/dev/null 2>&1 &
    pids=$!
    DISPLAY=:$number
    export DISPLAY
    sleep 1
    if launch "$terminal"; then
        for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
            [ -e "$work/shown" ] && break
            sleep 0.5
        done
        sleep 1.5
        import -window root "$out/$terminal.png" 2>/dev/null
        if [ -e "$work/shown" ] && [ -s "$out/$terminal.png" ]; then
            echo "$terminal: $out/$terminal.png"
        else
            echo "$terminal: nothing was shown"
            sed 's/^/    /' "$work/log"
            failed=1
        fi
    fi
    # What runs inside a multiplexer outlives its terminal.
    [ ! -S "$work/tmux" ] || tmux -S "$work/tmux" kill-server 2>/dev/null
    # shellcheck disable=SC2086 # words
    kill $pids 2>/dev/null
    wait
    pids=
}

failed=0
for name; do
    picture "$name"
done
exit $failed
