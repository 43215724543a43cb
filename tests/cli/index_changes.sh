# New, changed and vanished files are told apart; a moved time alone changes nothing.
mkdir news
echo 'خبر أول عن المطر' >news/a.txt
echo 'خبر ثان عن البحر' >news/b.txt
echo 'خبر ثالث عن الجبل' >news/c.txt
ark-index -q news
ark-index --info | grep -E '^(generation|documents|dead)'
touch -d 2001-01-01 news/a.txt
ark-index -v
echo 'خبر ثان عن النهر' >news/b.txt
rm news/c.txt
echo 'خبر رابع عن السهل' >news/d.txt
ark-index -v
ark-index
ark-index --list
# The same size, the same time, another text: only a given size or time is looked at.
ark-index --verify
