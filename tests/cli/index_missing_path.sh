# One missing path ends the run before any work.
echo 'نص' >there.txt
ark-index there.txt missing.txt
echo "status $?"
test -e .local && echo "an index was made"
ark-index
echo "status $?"
ark-index --list
echo "status $?"
ark-index ''
echo "status $?"
ark-index /dev/null
echo "status $?"
