# Paths come from a list too; a missing one of the list is a warning.
mkdir news
echo 'خبر أول' >news/a.txt
echo 'خبر ثان' >'news/b c.txt'
name=$(printf 'news/line\nbreak.txt')
echo 'خبر ثالث' >"$name"
printf 'news/a.txt\n\nnews/b c.txt\nnews/gone.txt\n' >list
ark-index --files-from=list
echo "status $?"
find news -type f -print0 | sort -z | ark-index -v --files-from=- -0
ark-index --list -0 | sort -z | tr '\0' '!'
echo
ark-index
ark-index -0 news
echo "status $?"
ark-index --files-from=missing
echo "status $?"
