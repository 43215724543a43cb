# A message names the file, the cause and the next step.
ark-search هدنة
echo "status $?"
ark-search -i nowhere هدنة
echo "status $?"
mkdir empty
ark-search -i empty هدنة
echo "status $?"
. "$CLI/search-samples.inc"
for arguments in '' '--limit=many x' '--limit=10001 x' '-n 9000 --offset=9000 x' '--nothing x' \
    '--quereis=f' '--format=xml x' '--bidi=rtl x' '-w 5 x' '--mark=x y' '--queries=f x' \
    '--queries=f' '--config=none x' '-0 x' '-i'; do
    # shellcheck disable=SC2086 # words
    ark-search $arguments
    echo "status $?: $arguments"
done
ark-search "$(printf 'ab\377')"
echo "status $?"
ark-search "$(printf 'a\033[31m\nb')zzz"
echo "status $?"
ark-search -- -حلب
echo "status $?"
ark-search هدنة >/dev/full
echo "status $?"
ark-search --help >/dev/full
echo "status $?"
ark-search --help | awk 'length($0) > 80 { print "too wide: " $0 } END { print (NR <= 24) ? "fits" : "too long" }'
ARK_BIDI=left ark-search x
echo "status $?"
