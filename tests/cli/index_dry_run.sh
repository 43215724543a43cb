# -n says what would be done, makes no index and changes none.
mkdir news
echo 'خبر أول' >news/a.txt
echo 'خبر ثان' >news/b.txt
ark-index -n news
test -e .local && echo "an index was made"
ark-index -q news
before=$(ark-index --info)
echo 'خبر ثان تغير' >news/b.txt
echo 'خبر ثالث' >news/c.txt
rm news/a.txt
ark-index --dry-run
ark-index -n -vv news/b.txt
ark-index -n --rebuild
test "$before" = "$(ark-index --info)" || echo "the index changed"
