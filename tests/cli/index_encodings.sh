# The sample of the manual: one text in Windows-1256, one in nothing known.
mkdir old-cp1256
cat <<'END' | iconv -f UTF-8 -t WINDOWS-1256 >old-cp1256/a.txt
أعلنت الوزارة اليوم أن أعمال ترميم الجسر القديم ستنتهي قبل نهاية العام، وأن المرور سيعود إلى حاله.
END
head -c 300 /dev/zero | tr '\0' '\201' >old-cp1256/b.txt
ark-index ~/old-cp1256 -v
echo "status $?"
ark-index
echo "status $?"
rm old-cp1256/b.txt
ark-index -vv ~/old-cp1256 --encoding=windows-1256
ark-index --info --format=json | grep -o 'encoding=[a-z0-9-]*'
