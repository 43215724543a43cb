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
# A text that breaks off inside its last letter is indexed as far as it goes, and so is what is
# left of a text whose first letter is cut, as `split -b` leaves both.
mkdir parts
printf 'أعلنت الوزارة أن أعمال ترميم الجسر ستنتهي' >whole
head -c 40 whole >parts/1.txt
tail -c +41 whole >parts/2.txt
printf '\357\273\277' >parts/3.txt
printf 'خبر \377 آخر' >>parts/3.txt
printf '{"id":"r","body":"خبر \377 ثالث \330"}\n' >parts/4.jsonl
ark-index parts
echo "status $?"
ark-index
echo "status $?"
ark-search -l ترميم
ark-search ثالث
ark-index --encoding=utf-8 parts
echo "status $?"
