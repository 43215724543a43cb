# Every row of the query language: the sample articles, and beside them some notes
# with the words that rows are about.
cp -r "$SAMPLES" samples
mkdir samples/notes
cat >samples/notes/words.jsonl <<'END'
{"id":"سورية","text":"سورية"}
{"id":"سوريا","text":"سوريا"}
{"id":"السورية","text":"السورية"}
{"id":"للسوريين","text":"للسوريين"}
{"id":"الأميركية","text":"الأميركية"}
{"id":"أمريكية","text":"أمريكية"}
{"id":"أميركا","text":"أميركا"}
{"id":"حلب","text":"حلب"}
{"id":"بحلب","text":"بحلب"}
{"id":"وحلب","text":"وحلب"}
{"id":"كانون-الأول","text":"في كانون الأول من العام"}
{"id":"كانون-الثاني","text":"في كانون الثاني من العام"}
{"id":"ديسمبر","text":"في ديسمبر من العام"}
{"id":"2016","text":"عام 2016"}
{"id":"٢٠١٦","text":"عام ٢٠١٦"}
{"id":"الاثنين","text":"الاثنين"}
{"id":"الإثنين","text":"الإثنين"}
{"id":"اثنان","text":"اثنان"}
{"id":"مؤكدا","text":"مؤكدا"}
{"id":"مؤكداً","text":"مؤكداً"}
{"id":"مؤكدة","text":"مؤكدة"}
END
cat >samples/notes/truce.jsonl <<'END'
{"id":"n1","title":"هدنة قريبة","text":"تقول روسيا إن الحديث عن هدنة طويلة سابق لأوانه.","date":"2016-11-02","source":"وكالة الريحان"}
{"id":"n2","title":"بيان","text":"ناقش المجلس مشروع قرار، ثم أجل مجلس الوزراء بعد ذلك كله أي قرار.","date":"2016-12-01","source":"وكالة النخيل"}
{"id":"n3","title":"روسيا والهدنة","text":"هدنة. وتمضي الأيام في القرى الثلاث على ما كانت عليه من قبل، ثم تتكلم روسيا.","date":"2017-03-05"}
{"id":"n4","title":"عن السحب","text":"كل سحاب عابر، وكل اقتراح يقترب من الانسحاب؛ اقترح ما شئت.","date":"2018"}
{"id":"n5","title":"حلوى ملاحفجي","text":"كتب ملاحفحي على الباب خطأ، فقال ملاحجفي: اسمي ملاحفجي.","date":"2016-11"}
END
ark-index -q samples || exit 9

# found QUERY: the names of what a query finds among the notes.
found() {
    echo "== $1"
    ark-search -l -n 1000 -- "path:notes ($1)" | sed 's/.*#//' | LC_ALL=C sort | paste -sd ' ' -
}

# The operators, row by row.
found 'هدنة روسيا'
found '+هدنة روسيا'
found 'هدنة -سابق'
found 'هدنة AND روسيا'
found 'هدنة OR ملاحفجي'
found 'هدنة AND NOT سابق'
found 'هدنة | سحاب'
found 'روسيا AND (سابق OR تتكلم)'
found '"مشروع قرار"'
found '«مشروع قرار»'
found '“مشروع قرار”'
found '"مجلس قرار"'
found '"مجلس قرار"~3'
found '"مجلس قرار"~7'
found 'روسيا NEAR/5 هدنة'
found 'روسيا ONEAR/8 هدنة'
found 'هدنة ONEAR/8 روسيا'
found 'هدنة ONEAR/20 روسيا'
found '=سحاب'
found '==مؤكداً'
found 'اقتر*'
found '*سحاب'
found 'س?ريا'
found 'ملاحفجي~'
found 'ملاحفجي~2'
found 'title:هدنة'
found 'عنوان:هدنة'
found 'body:هدنة'
found 'متن:روسيا'
found 'path:truce.jsonl روسيا'
found 'ملف:notes/truce* روسيا'
found 'source:النخيل'
found 'مصدر:"وكالة الريحان"'
found 'id:n3'
found 'date:2016-11'
found 'date:2016-11..2017'
found 'date:..2016'
found 'تاريخ:٢٠١٦-١١-٠٢'
found '\+هدنة'

echo "== weights"
for query in 'هدنة^9 ملاحفجي' 'هدنة ملاحفجي^9'; do
    ark-search -l -n1 "path:notes ($query)" | sed 's/.*#//'
done

# What words match, row by row; "=" and "==" as well.
for query in سورية الأمريكية لحلب ديسمبر ٢٠١٦ =سورية =الاثنين ==الإثنين =مؤكدا; do
    found "path:words.jsonl +$query"
done
found 'path:words.jsonl «كانون الأول»'

echo "== two words near each other but not a third, in titles of a year"
found 'عنوان:(روسيا NEAR/5 هدنة) -عنوان:بيان date:2017'

echo "== how it was read"
ark-search --explain=query 'title:هدن* (روسيا NEAR/5 هدنة)^2 ملاحفحي~ ==مؤكداً "مجلس قرار"~3 -path:news date:2016..2017'
ark-search --explain -n1 -s0 'path:notes ملاحفحي~ اقتر* title:هدنة^2 (روسيا NEAR/9 هدنة) ==الإثنين' | sed 's/[0-9]*\.[0-9]*/N/g'

echo "== what is lit"
ark-search --mark='[,]' -n9 'path:notes (روسيا NEAR/8 هدنة)' | grep -F '['
ark-search --mark='[,]' -n9 'path:notes ملاحفجي~2' | grep -F '['
ark-search --mark='[,]' -n9 'path:notes *سحاب' | grep -F '['
ark-search --mark='[,]' -n9 'path:notes title:هدنة' | grep -F '['
ark-search --mark='[,]' -n9 'path:notes "مجلس قرار"~7' | grep -F '['

echo "== errors"
for query in 'عنون:هدنة' 'note:هدنة' '-هدنة' 'root:كتب'; do
    ark-search -l "$query"
    echo "status $?"
done
seq 1 1100 | sed 's/^/zz/' >samples/notes/many.txt
ark-index -q
ark-search -c 'zz*'
echo "status $?"
ark-search -c 'zz10*'
