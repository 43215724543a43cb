# A terminal gets a header, colours and wrapped lines.
. "$CLI/search-samples.inc"
for columns in 40 80 200; do
    echo "== $columns columns"
    on_terminal $columns "ark-search --bidi=none -n2 هدنة إنسانية"
done
echo "== one word"
on_terminal 80 "ark-search --bidi=none -n1 -s0 هدنة"
echo "== no match"
on_terminal 80 "ark-search --bidi=none كزبرة"
echo "== explained"
on_terminal 80 "ark-search --bidi=none --explain -n1 -s0 هدنة إنسانية"
echo "== nothing but a count"
on_terminal 80 "ark-search -c هدنة"
echo "== paths"
on_terminal 80 "ark-search -l -n1 هدنة"
