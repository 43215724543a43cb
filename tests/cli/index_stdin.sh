# A stream on standard input: its documents stay until they are forgotten or replaced.
echo 'نص أول من المجرى' | ark-index -v -
echo 'نص ثان من المجرى' | ark-index -v -
printf '{"id": "x", "text": "سجل أول"}\n{"id": "y", "text": "سجل ثان"}\n' |
    ark-index -v --type=jsonl -
printf '{"id": "x", "text": "سجل أول"}\n{"id": "z", "text": "سجل ثالث"}\n' |
    ark-index -v --type=jsonl -
ark-index --list | sort
ark-index
printf '' | ark-index -
echo "status $?"
echo 'نص' >a.txt
ark-index -q a.txt
ark-index --rebuild
echo "status $?"
ark-index --delete -
ark-index --rebuild
ark-index --list
