# The progress line is drawn on a terminal, in its width, and erased at the end.
mkdir news
i=0
while [ $i -lt 30 ]; do
    echo "نص قصير رقم $i" >news/$i.txt
    i=$((i + 1))
done
python3 "$CLI/terminal.py" 80 ark-index --progress=always -i a news >drawn
tr '\r' '\n' <drawn | grep -cE '^ark-index: \[[#-]{20}\] +[0-9]+%  [0-9]+/30 docs  [0-9.]+ MB/s'
tr '\r' '\n' <drawn | tail -2
python3 "$CLI/terminal.py" 40 ark-index --progress=always -i b news | tr '\r' '\n' |
    awk 'length($0) > 39 && !/added/ { print "too wide: " $0 }'
# In a pipe, or when it is quick, nothing is drawn.
ark-index --progress=always -i c news 2>&1 | tr '\r' '\n' | grep -c '%'
ark-index -i d news
python3 "$CLI/terminal.py" 80 ark-index -i e news
python3 "$CLI/terminal.py" 80 ark-index --progress=always -q -i f news
