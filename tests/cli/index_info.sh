# --info as text and as JSON, --list for people and for scripts.
mkdir news
echo 'خبر أول' >news/a.txt
echo 'خبر ثان' >news/b.txt
ark-index -q --hidden --exclude='*.bak' news
ark-index --info | sed -E 's/^(analyzer|stored bytes|file bytes): .*/\1: .../'
ark-index --info --format=json >info.json
python3 - <<'END'
import json
info = json.load(open("info.json", encoding="utf-8"))
print(" ".join(info))
print(info["documents"], info["segments"], info["generation"], info["roots"][0]["options"])
assert info["file_bytes"] >= info["stored_bytes"] > 0
END
ark-index --info --format=xml
echo "status $?"
ark-index --list --format=json
echo "status $?"
ark-index --list >/dev/full
echo "status $?"
