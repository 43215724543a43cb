# Many queries of a file are answered by several threads: output and messages as when they come one by one.
. "$CLI/search-samples.inc"
words="هدنة حلب كزبرة ثلجية هدنة_إنسانية \"هدنة +وادي -حلب هدن*"
number=0
while [ "$number" -lt 40 ]; do
    for word in $words; do
        number=$((number + 1))
        printf 'q%s\t%s\n' "$number" "$word" | tr _ ' '
        [ $((number % 13)) -ne 0 ] || echo "no tab in line $number"
    done
done >queries
for format in text json tsv trec; do
    ark-search --format=$format -n3 --queries=queries >together 2>together.messages
    echo "status $?"
    cat queries | ark-search --format=$format -n3 --queries=- >alone 2>alone.messages
    echo "status $?"
    for file in together alone; do
        visible <$file >$file.plain
    done
    cmp together.plain alone.plain && cmp together.messages alone.messages && wc -l <together.messages
done
