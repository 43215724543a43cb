# A folder that is not there (a disk that is not mounted) does not empty the index.
mkdir disk stays
echo 'نص على القرص' >disk/a.txt
echo 'نص باق' >stays/b.txt
ark-index disk stays
mv disk elsewhere
ark-index
echo "status $?"
ark-index --list
ark-index --rebuild
echo "status $?"
mv elsewhere disk
ark-index
mv disk elsewhere
ark-index --delete disk
ark-index
ark-index --list
# A folder that is there and was emptied is believed.
rm stays/b.txt
ark-index
