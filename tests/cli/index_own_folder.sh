# The index inside a root is passed over.
mkdir news
echo 'خبر' >news/a.txt
ark-index -i news/index news
ark-index -i news/index
ark-index -i news/index --list
ls news/index
