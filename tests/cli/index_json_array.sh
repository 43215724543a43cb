# A JSON file that is one array of records is read as JSON Lines are, in archives too.
cat >r.json <<'END'
[
  {
    "id": "one",
    "title": "العنوان الأول",
    "text": "نص السجل الأول"
  },
  { "title": "بلا رقم", "text": "سجل لا يحمل رقما" }
]
END
ark-index -v r.json
ark-search -l السجل
sed 's/الأول"$/الثاني"/' r.json >r.new && mv r.new r.json
ark-index -v
mkdir texts && cp r.json texts/b.json && gzip -nc r.json >texts/a.json.gz && tar -cf texts/c.tar r.json
printf '[{"text": "سجل كامل"}, {"text": "سجل نا' >texts/cut.json
ark-index -vv texts
echo "status $?"
ark-index --list | sort
