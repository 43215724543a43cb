# Why a document has its score, and how a query was read.
. "$CLI/search-samples.inc"
ark-search --explain -n2 -s0 هدنة إنسانية
echo "== a phrase"
ark-search --explain -n1 -s0 «مجلس الأمن» هدنة
echo "== the query"
ark-search --explain=query هدنة -حلب «مجلس الأمن» على
echo "== after a deletion the counts include it, and say so"
cp -R "$SAMPLES" texts
ark-index -q -i deleted texts
ark-index -q -i deleted --delete texts/news/truce-agency.txt 2>/dev/null
ark-search -i deleted --explain -n1 -s0 هدنة
ark-search -i deleted --explain=query هدنة
