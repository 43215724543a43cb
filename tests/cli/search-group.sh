# --group: near-duplicates, in every format, after changes, beside limits.
. "$CLI/search-samples.inc"
query='هدنة إنسانية'
blocks() { grep -E '^([0-9]|  )'; }
echo "== fold"
ark-search -s0 $query | blocks
echo "== list"
ark-search -s0 --group=list $query | blocks
echo "== off"
ark-search -s0 --group=off $query | blocks
echo "== limit and offset count groups"
ark-search -s0 -n1 --offset=1 $query | blocks
echo "== json"
ark-search -j -s0 -n1 $query | visible
ark-search -j -s0 -n1 --group=off $query | visible | tail -1
echo "== tsv"
ark-search -s0 --format=tsv --group=list -n2 $query | tr '\t' '|'
echo "== paths"
ark-search -l -n2 $query
ark-search -l -n2 --group=list $query
echo "== counts and trec know no groups"
ark-search -c $query
ark-search --format=trec -n2 $query | cut -d' ' -f1-4
echo "== a duplicate that does not match does not count"
ark-search -s0 -n1 +هدنة +=هاتفك | blocks
echo "== at the other end of the ranking, and sorted otherwise"
ark-search -s0 --sort=path --group=list +الريحان | blocks
echo "== without the leader the other stands alone"
ark-index -q --delete samples/news/truce-agency.txt
ark-search -s0 -n1 --group=list $query | blocks
echo "== and a copy joins it from another segment"
cp samples/news/truce-portal.txt copy.txt
ark-index -q copy.txt
ark-search -s0 -n1 --group=list $query | blocks
ark-index --verify
echo "== wrong"
ark-search --group=some هدنة
echo "status $?"
