# --bidi=visual: the order in which it is seen, letters joined, lines at the right.
. "$CLI/search-samples.inc"
ark-search --bidi=visual -w60 -n3 هدنة إنسانية
echo "== vowelled, with lam-alef and digits"
ark-search --bidi=visual -w60 -n1 النملة الشتاء
echo "== Latin words in it"
ark-search --bidi=visual -w60 -n1 Waraq
echo "== marks by text"
ark-search --bidi=visual -w60 -n1 -s0 --mark='«,»' هدنة
echo "== a name in Arabic"
ark-search --bidi=visual -w60 -n1 -s0 مرتفع جوي
echo "== explained"
ark-search --bidi=visual -w60 --explain=query هدنة
echo "== on terminals"
TERM=linux on_terminal 60 "ark-search --bidi=visual -n1 هدنة"
TERM=linux on_terminal 130 "ark-search --bidi=visual -n1 هدنة"
echo "== auto, in tmux, which is not asked but tells of the terminal around it"
TMUX=1 XTERM_VERSION='XTerm(379)' on_terminal 60 "ark-search -n1 -s0 هدنة"
TMUX=1 VTE_VERSION=7001 on_terminal 60 "ark-search -n1 -s0 هدنة"
TMUX=1 KITTY_WINDOW_ID=1 on_terminal 60 "ark-search -n1 -s0 هدنة"
echo "== auto in a pipe"
ARK_BIDI=visual ark-search -w60 -n1 -s0 هدنة
XTERM_VERSION='XTerm(379)' ark-search -n1 -s0 هدنة
