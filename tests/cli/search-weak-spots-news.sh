# The weak spots on real articles, which are not part of the project: how many of the five each
# query finds closely (as if required), and which one it puts first where only one has the word.
if [ -z "$NEWS" ]; then
    echo "the folder of real articles is not there"
    exit 77
fi
ark-index -q "$NEWS" || exit 9
# all QUERY: every article has the word in one of its spellings or forms.
all() {
    [ "$(ark-search -c --group=off -- "+$1")" -eq "$2" ] || echo "not found in $2: $1"
}
# first QUERY NUMBER: that article comes first.
first() {
    case $(ark-search -l -n 1 --group=off -- "$1") in
    */"$2"_*) ;;
    *) echo "$2 is not first: $1" ;;
    esac
}
for word in سوريا سورية السورية للسوريين; do all "$word" 5; done
for word in الأميركية الأمريكية; do all "$word" 5; done
for word in أمريكا أميركا; do first "$word" 003; done
for word in الميليشيات المليشيات; do all "$word" 4; done
for word in محادثات المحادثات; do all "$word" 4; done
for word in لحلب بحلب حلب وحلب; do all "$word" 5; done
for word in وزير الوزير; do all "$word" 5; done
for word in ديسمبر 'كانون الأول' '«كانون الأول»'; do first "$word" 001; done
for word in عبدالرحمن '«عبد الرحمن»'; do all "$word" 3; done
for word in ٢٠١٥ 2015; do all "$word" 2; done
for word in مسئول مسؤول; do all "$word" 5; done
for word in فصائل الفصائل; do all "$word" 4; done
first علي 001
