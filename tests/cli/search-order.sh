# --sort, --since and --until.
. "$CLI/search-samples.inc"
blocks() { grep '^  '; }
echo "== newest first"
ark-search -s0 --sort=date -n4 سورية OR هدنة OR الكتاب | blocks
echo "== from the third on"
ark-search -s0 --sort=date -n2 --offset=2 سورية OR هدنة OR الكتاب | blocks
echo "== by path"
ark-search -l --sort=path هدنة
ark-search -l --sort=path --offset=2 -n1 هدنة
echo "== json says the same order"
ark-search -j -s0 --sort=date -n2 هدنة | grep -o '"date":"[^"]*"'
echo "== no match"
ark-search --sort=date زبرجدة
echo "status $?"
echo "== wrong"
ark-search --sort=size هدنة
ark-search --sort=left هدنة
ark-search --since=yesterday هدنة
ark-search --until=2016..2017 هدنة
ark-search --since=2017 --until=2016-05 هدنة
echo "status $?"
echo "== since and until"
ark-search -l --sort=date --since=2018-11-14 هدنة
ark-search -l --sort=date --until=2018-11 هدنة
ark-search -l --sort=date --since=2018-11-13 --until=2018-11-13 --group=list هدنة
ark-search -c date:2018-11-13 هدنة
