# A signal ends the run by itself (128+n) and leaves the index as it was.
echo 'نص أول' >a.txt
ark-index -q a.txt
before=$(ark-index --info)
mkfifo pipe
for signal in INT TERM HUP; do
    # A shell without job control starts what runs in the background deaf to SIGINT.
    python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' ark-index --wait --type=text - <pipe &
    writer=$!
    exec 3>pipe
    echo 'نص لن يصل' >&3
    # Until it holds the index, others may write; it waits (--wait) if one of these is in its way.
    i=0
    while ark-index -q a.txt 2>/dev/null && [ $i -lt 200 ]; do
        sleep 0.05
        i=$((i + 1))
    done
    kill -$signal $writer
    wait $writer 2>/dev/null
    echo "$signal: $?"
    exec 3>&-
done
test "$before" = "$(ark-index --info)" || echo "the index changed"
ark-index --verify
# A first run that is ended leaves no index.
ark-index -i first --type=text - <pipe &
writer=$!
exec 3>pipe
i=0
while ! test -e first/data/data.mdb && [ $i -lt 200 ]; do
    sleep 0.05
    i=$((i + 1))
done
kill -TERM $writer
wait $writer 2>/dev/null
exec 3>&-
ark-index -i first --list
echo "status $?"
ark-index -i first
echo "status $?"
ark-index -i first a.txt
