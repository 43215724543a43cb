# Messages in Arabic: errors, warnings, numbers in their six forms, the header, --help.
if [ ! -f "$CATALOGUES/ar/LC_MESSAGES/ark.mo" ]; then
    echo "skipped: built without msgfmt (package gettext)"
    exit 77
fi
. "$CLI/search-samples.inc"
rm -rf "$HOME/.local"
export LANGUAGE=ar ARK_LOCALE_DIR="$CATALOGUES"
mkdir texts
for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
    echo "كتاب رقم $n" >"texts/$n.txt"
done
echo "== ark-index"
ark-index 2>&1
ark-index texts/1.txt 2>&1
ark-index texts/2.txt texts/3.txt 2>&1
ark-index texts/4.txt texts/5.txt texts/6.txt 2>&1
ark-index texts 2>&1
rm texts/7.txt
ark-index -v 2>&1
ark-index --verify 2>&1
ark-index --colour 2>&1
echo "== ark-search"
ark-search قلم 2>&1
ark-search -q '"كتاب' 2>&1
ark-search -n1 -l '"كتاب' 2>&1
ark-search xx:yy 2>&1
ark-search --limit=x كتاب 2>&1
echo "== the header, and digits"
on_terminal 60 "ark-search --bidi=none --color=never -n1 -s0 كتاب رقم" | sed 's/([0-9.]*/(N/'
on_terminal 60 "ark-search --bidi=none --color=never --digits=arab -n1 -s0 كتاب" | sed 's/([0-9.]*/(N/'
echo "== machine formats never vary"
ark-search -j -n1 -s0 +كتاب +12 | sed 's/"elapsed_us":[0-9]*/"elapsed_us":0/'
echo "== help"
ark-search --help | head -n 5
echo "== English where it is asked for"
LANGUAGE=en ark-search قلم 2>&1
LC_ALL=C ark-search قلم 2>&1
