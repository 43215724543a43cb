# Suggestions for words that are in no document, and words to complete.
. "$CLI/search-samples.inc"
for query in مكتبه_ تلسكبو الزيطون السكرطير ضلام النمله_و +هدنه_ 'هدنة +الريحاان' '"مجلس الامنن"' '=المراقبينن' \
    'زبرجدة' 'qwertyuiop' 'title:هدمة' 'هدنة NOT حللب'; do
    ark-search -s0 -n1 "$query" >/dev/null
    echo "status $?" >&2
done
echo "== json" >&2
ark-search -j الزيطون | tail -1 | visible
ark-search -j --suggest=never الزيطون | tail -1 | visible
echo "== when something matches, only if asked" >&2
ark-search -s0 -n1 هدنة الزيطون
ark-search -s0 -n1 --suggest=always هدنة الزيطون
echo "== never, quiet, counts, a batch" >&2
ark-search --suggest=never الزيطون
ark-search -q الزيطون
ark-search -c الزيطون
printf '1\tالزيطون\n' | ark-search --queries=-
echo "== a suggestion finds something"
ark-search الزيطون 2>&1 | sed -n 's/did you mean: //p' | while read -r query; do
    ark-search -c -- "$query"
done
echo "== words to complete"
ark-search --complete=الهد
ark-search --complete=هُدَ
ark-search --complete=امر
ark-search --complete=أمر
echo "== behind operators, quotes and fields"
ark-search --complete='+هد'
ark-search --complete='title:«الم'
echo "== none"
ark-search --complete=زبرجدز
echo "status $?"
ark-search --complete=
echo "status $?"
ark-search --complete=هد هدنة
ark-search --complete="$(printf 'a\377')"
echo "status $?"
