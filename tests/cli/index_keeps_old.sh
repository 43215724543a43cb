# A file that was indexed and can no longer be read keeps its old version.
mkdir news
echo 'خبر عن افتتاح المكتبة الجديدة' >news/a.txt
ark-index news
head -c 3000 /dev/zero | tr '\0' '\201' >news/a.txt
ark-index
echo "status $?"
ark-index --list
ark-index --info | grep -E '^(documents|dead)'
rm news/a.txt
ark-index
