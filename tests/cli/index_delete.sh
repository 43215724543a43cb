# Paths, folders, records and ids can be forgotten, whether they still exist or not.
mkdir -p news/old
echo 'خبر أول' >news/a.txt
echo 'خبر قديم' >news/old/b.txt
cat >r.jsonl <<'END'
{"id": "one", "text": "السجل الأول"}
{"id": "two#2", "text": "السجل الثاني"}
{"id": "three", "text": "السجل الثالث"}
END
cp r.jsonl s.jsonl
echo '{"id": "alone", "text": "سجل وحيد"}' >>s.jsonl
echo 'نص من المجرى' | ark-index -q --type text -
ark-index news r.jsonl s.jsonl
ark-index --delete -v r.jsonl#one 'r.jsonl#two#2'
ark-index --delete one
ark-index --delete three
echo "status $?"
ark-index --delete -v alone
ark-index --delete -v -
rm -r news/old
ark-index --delete -v news/old
ark-index --delete -v news/a.txt
ark-index --delete nowhere
echo "status $?"
ark-index --delete
echo "status $?"
ark-index --delete -n .
ark-index --delete -v r.jsonl s.jsonl news
ark-index --info | grep -E '^(documents|root)'
ark-index
echo "status $?"
