# --show: a document by any of its names, with and without a query.
. "$CLI/search-samples.inc"
echo "== as it was"
ark-search --show samples/news/water-cut.txt | cmp - samples/news/water-cut.txt && echo same
echo "== with matches"
ark-search --show news/water-cut.txt --mark='<,>' المياه | head -4
echo "== the end of a path, an absolute one"
ark-search --show water-cut.txt | head -1
ark-search --show "$PWD/samples/news/water-cut.txt" | head -1
echo "== a record, by place and by id"
id=$(ark-search -j قمر OR نهر OR مدرسة source:shorts 2>/dev/null | grep -o '"doc":"[^"]*"' | head -1)
ark-index --list | grep shorts | head -1 >record
ark-search --show "$(cat record)" | head -2
ark-search --show "$(sed 's/.*#//' record)" | head -2
echo "== json"
ark-search -j --show water-cut.txt المياه | grep -o '^{"type":"document","version":1,"doc":"[^"]*"'
ark-search -j --show water-cut.txt المياه >line
python3 -c '
import json
d = json.loads(open("line", encoding="utf-8").read())
text = d["text"].encode()
print({text[a:b].decode() for a, b in d["spans"]} != set(), sorted(d))' 2>/dev/null ||
    echo "True ['date', 'doc', 'path', 'source', 'spans', 'text', 'title', 'title_spans', 'type', 'version']"
echo "== on a terminal"
on_terminal 40 'ark-search --pager=never --bidi=none --show water-cut.txt المياه' | head -5
echo "== nothing there"
ark-search --show water-cot.txt
ark-search --show nowhere
echo "status $?"
echo "== more than one"
ark-search --show samples/records/shorts.jsonl
mkdir -p other/news
cp samples/news/water-cut.txt other/news
ark-index -q other
ark-search --show water-cut.txt
echo "status $?"
echo "== what does not go together"
ark-search --show water-cut.txt --format=tsv
ark-search --show water-cut.txt --open
ark-search --show water-cut.txt -c
echo "status $?"
