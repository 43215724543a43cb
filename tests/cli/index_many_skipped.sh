# Of a file with many records that cannot be read ten are named, and the others are counted.
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    echo "{\"id\":\"r$i\",\"headline\":\"خبر\"}"
done >wire.jsonl
ark-index wire.jsonl
echo "status $?"
ark-index -v wire.jsonl 2>&1 | grep -c 'no field'
head -n 11 wire.jsonl >cut.jsonl
ark-index cut.jsonl 2>&1 | tail -n 2
head -n 10 wire.jsonl >cut.jsonl
ark-index cut.jsonl 2>&1 | tail -n 2
ark-index --map=body=headline wire.jsonl
