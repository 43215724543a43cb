# The index inside a root is passed over.
mkdir news
echo 'خبر' >news/a.txt
ark-index -i news/index news
ark-index -i news/index
ark-index -i news/index --list
ls news/index
# The folder of the index is nothing to be indexed, though it would be easy to type.
ark-index -i news news
echo "status $?"
ls news
ark-index -i news/index news/index/data
echo "status $?"
printf 'news/a.txt\nnews/index\n' | ark-index -i news/index --files-from=-
echo "status $?"
