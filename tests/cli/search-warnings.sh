# A mended query says so, with the place.
. "$CLI/search-samples.inc"
ark-search -n1 -s0 '"مجلس الأمن'
ark-search -n1 -s0 'هدنة )'
ark-search -n1 -s0 'OR هدنة'
echo "== quiet"
ark-search -q '"مجلس الأمن'
echo "status $?"
