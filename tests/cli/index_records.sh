# In a file of records only the records that changed are replaced.
cat >r.jsonl <<'END'
{"id": "one", "title": "العنوان الأول", "text": "نص السجل الأول"}
{"id": "two", "title": "العنوان الثاني", "text": "نص السجل الثاني"}
{"title": "بلا رقم", "text": "سجل لا يحمل رقما"}
END
ark-index -v r.jsonl
cat >r.jsonl <<'END'
{"id": "one", "title": "العنوان الأول", "text": "نص السجل الأول"}
{"id": "two", "title": "العنوان الثاني", "text": "نص السجل الثاني بعد تغييره"}
{"id": "four", "title": "العنوان الرابع", "text": "نص السجل الرابع"}
END
ark-index -v
ark-index --list | sort
# A record that cannot be read may be any of the old ones: they stay.
cat >r.jsonl <<'END'
{"id": "one", "title": "العنوان الأول", "text": "نص السجل الأول"}
{"id": "two", "title": "الع
{"id": "four", "title": "العنوان الرابع", "text": "نص السجل الرابع بعد تغييره"}
END
ark-index -v
echo "status $?"
ark-index --list | sort
