# --limit and --offset.
. "$CLI/search-samples.inc"
ark-search -s0 -n3 سورية | grep '^[0-9]'
echo "== from the third on"
ark-search -s0 -n2 --offset=2 سورية | grep '^[0-9]'
echo "== beyond the end"
ark-search --offset=500 سورية
echo "status $?"
echo "== none of them"
ark-search -n0 سورية
echo "status $?"
ark-search -j -n0 سورية | visible
echo "== beyond the end, for programs"
ark-search -j --offset=500 سورية 2>&1 | visible
