# --kwic: a concordance in every format, in three orders, on narrow terminals.
. "$CLI/search-samples.inc"
echo "== by place"
ark-search --kwic=4 --mark='<,>' هدنة
echo "== by what comes before, and after"
ark-search --kwic=4 --sort=left --group=off هدنة
ark-search --kwic=4 --sort=right --group=off هدنة
echo "== a phrase is one match"
ark-search --kwic=2 '«مجلس الأمن»'
echo "== limits count documents"
ark-search --kwic=1 -n1 هدنة
ark-search --kwic=1 -n1 --offset=1 هدنة
echo "== json and tsv"
ark-search -j --kwic=2 -n1 هدنة | visible
ark-search --format=tsv --kwic=2 -n1 --mark='<,>' هدنة | tr '\t' '|'
echo "== narrow"
ark-search -w 44 --kwic -n2 هدنة
echo "== a terminal that leaves the order to us"
TERM=linux on_terminal 60 "ark-search --pager=never --bidi=visual --color=never --kwic=4 -n2 هدنة"
echo "== left to right"
ark-search --kwic=3 Waraq
echo "== none"
ark-search --kwic زبرجدة
echo "status $?"
echo "== wrong"
ark-search --kwic=0 هدنة
ark-search --kwic=51 هدنة
ark-search --kwic -l هدنة
ark-search --sort=right هدنة
echo "status $?"
