# What cannot be meant is refused, with the nearest name or the reason.
echo 'نص' >a.txt
for options in --indx=a --verison -z --memory=lots --memory=1 --color=red --progress=often \
    --max-size=1.5M --type=pdf --encoding=klingon --map=colour=x --map=title --wait=soon \
    '--list --info' '--list a.txt' '--compact -n' --hidden '--rebuild --hidden' -0 --format=json \
    --index '--type='; do
    echo "options: $options" >&2
    case $options in
    --memory* | --max* | --type=* | --enc* | --map* | --color* | --pro*) set -- a.txt ;;
    *) set -- ;;
    esac
    ark-index $options "$@"
    echo "$options: $?"
done
test -e .local && echo "an index was made"
ark-index "--map=title=$(printf '\377')" a.txt
echo "status $?"
ARK_BIDI=left ark-index .
echo "status $?"
