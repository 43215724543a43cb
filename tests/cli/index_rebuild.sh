# --rebuild reads all roots again, with the options they were given with.
mkdir news
echo 'خبر أول' >news/a.txt
echo 'خبر مخفي' >news/.b.txt
ark-index -q --hidden news
echo 'خبر أول تغير' >news/a.txt
ark-index -q
ark-index --info | grep -E '^(generation|documents|dead)'
ark-index --rebuild -v
ark-index --info | grep -E '^(generation|documents|dead)'
ark-index --verify
ark-index
ark-index --rebuild news
echo "status $?"
ark-index -i other --rebuild
echo "status $?"
