# The machine formats.
. "$CLI/search-samples.inc"
echo "== json"
ark-search -j -n1 --offset=1 هدنة إنسانية | visible
echo "== json, explained"
ark-search -j -n1 -s0 --explain هدنة | visible
echo "== json, marked"
ark-search -j -n1 --mark='[,]' الشتاء | visible
echo "== json, nothing found"
ark-search -j كزبرة | visible
echo "== tsv"
ark-search --format=tsv -n2 هدنة إنسانية
echo "== tsv, marked"
ark-search --format=tsv -n1 --mark='[,]' هدنة
echo "== trec"
ark-search --format=trec --run-tag='my run' هدنة
echo "== trec, a record's own id"
ark-search --format=trec -n1 السردين
echo "== paths"
ark-search -l -n2 هدنة
echo "== paths ended by NUL"
ark-search -l0 -n2 هدنة | tr '\0' '@'
echo
echo "== count"
ark-search -c هدنة
ark-search -c كزبرة
echo "status $?"
echo "== quiet"
ark-search -q هدنة
echo "status $?"
ark-search -q كزبرة
echo "status $?"
