# Many queries in one process, answered in order, errors aside.
. "$CLI/search-samples.inc"
printf 'q1\tهدنة\nq2\tكزبرة\nq3\tثلجية\n' >queries
echo "== trec"
ark-search --format=trec -n2 --queries=queries
echo "status $?"
echo "== counts"
ark-search -c --queries=- <queries
echo "== text"
ark-search -s0 -n1 --queries=queries
echo "== tsv and paths"
ark-search -s0 -n1 --format=tsv --queries=queries
ark-search -n1 -l --queries=queries
echo "== json"
ark-search -j -n1 -s0 --queries=queries | visible
echo "== nothing found"
printf 'q2\tكزبرة\n' | ark-search --format=trec --queries=-
echo "status $?"
echo "== wrong lines"
{
    printf 'q1\tهدنة\r\n\nno tab\n\tno id\nbad\t-حلب\n'
    printf 'q\377\tx\n'
    printf 'long\t%070000d\n' 1
    printf 'last\tهدنة'
} | ark-search -c --queries=-
echo "status $?"
echo "== as they come"
mkfifo to from
ark-search -c --queries=to >from &
exec 4<from 3>to
for query in هدنة حلب; do
    printf 'q\t%s\n' "$query" >&3
    read -r answer <&4
    echo "$answer"
done
exec 3>&-
wait $!
echo "status $?"
