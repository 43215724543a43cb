# Nothing that a name or a text holds reaches the terminal as a control.
mkdir news
name=$(printf 'news/\033[31mred\nline\342\200\256.txt')
echo 'نص' >"$name"
bad=$(printf 'news/\377\376.txt')
head -c 2000 /dev/zero | tr '\0' '\201' >"$bad"
ark-index -v news
ark-index --list | sed 's|.*/||' | od -An -c
python3 "$CLI/terminal.py" 80 ark-index --list
mkdir "$(printf 'no\033thing')"
ark-index "$(printf 'no\033thing')"
ark-index "$(printf 'not\007there')"
ark-index --info --format=json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)["roots"]))'
