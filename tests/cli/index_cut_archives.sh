# An archive that was not copied whole: what is in front of the cut is read, and the warning says
# where it breaks off, how much was read and what to do. A file cut so keeps its older version.
mkdir wire
printf 'خبر أول\n\nأعلنت الوزارة ترميم الجسر.\n' >1.txt
printf 'خبر ثان\n\nافتتحت المكتبة أبوابها.\n' >2.txt
tar cf two.tar 1.txt 2.txt
head -c 1540 two.tar >wire/cut.tar
gzip -nc 1.txt >whole.gz
head -c 30 whole.gz >wire/cut.txt.gz
cp whole.gz wire/grows.txt.gz
ark-index wire
ark-index
echo "status $?"
ark-search --group=off -l ترميم
head -c 31 whole.gz >wire/grows.txt.gz
ark-index wire/grows.txt.gz
ark-search --group=off -l ترميم
