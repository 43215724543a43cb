# A second writer says who holds the lock; --wait waits. Readers are never blocked.
echo 'نص أول' >a.txt
ark-index -q a.txt
mkfifo pipe
ark-index -q --wait --type=text - <pipe &
writer=$!
exec 3>pipe
echo 'نص من المجرى' >&3
# Until it holds the index, others may write; it waits (--wait) if one of these is in its way.
i=0
while ark-index -q a.txt 2>locked && [ $i -lt 200 ]; do
    sleep 0.05
    i=$((i + 1))
done
sed "s/process $writer /process WRITER /" locked
ark-index a.txt 2>/dev/null
echo "status $?"
ark-index --wait=1 a.txt 2>/dev/null
echo "status $?"
ark-index --list
ark-index --verify
ark-index --wait a.txt 3>&- &
waiter=$!
sleep 0.2
exec 3>&-
wait $writer
echo "writer $?"
wait $waiter
echo "waiter $?"
ark-index --list
