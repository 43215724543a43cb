# An index without documents matches nothing, which is said in place of "no match", once.
on() {
    echo "== $*"
    ark-search "$@" هدنة
    echo "status $?"
}
mkdir texts && ark-index texts
on
on -l
on -c
on --format=json | sed 's/"elapsed_us":[0-9]*/"elapsed_us":N/'
on -q
on --explain=query
echo "== batch"
printf '1\tهدنة\n2\tحلب\n' >queries
ark-search --queries=queries --format=trec
echo "status $?"
yes "$(cat queries)" | head -n 400 >many
ark-search --queries=many --format=trec
echo "status $?"
ark-search --queries=- --format=json <queries | sed 's/"elapsed_us":[0-9]*/"elapsed_us":N/'
echo "== prompt"
printf 'هدنة\nحلب\n' | ark-search --interactive
echo "status $?"
echo "== words to complete"
ark-search --complete=هد
echo "status $?"
echo "== with a document, and without it again"
echo 'هدنة في حلب' >texts/a.txt
ark-index texts
on -l
rm texts/a.txt
ark-index
on
on -l
