# A full disk: the message says so, and the index is as it was.
if [ "$(id -u)" != 0 ]; then
    echo "skipped: mounting needs root"
    exit 77
fi
mkdir small
if ! mount -t tmpfs -o size=3m ark-test small 2>/dev/null; then
    echo "skipped: no permission to mount"
    exit 77
fi
trap 'umount small' EXIT
mkdir news
echo 'خبر عن البحر' >news/a.txt
ark-index -i small/index news
before=$(ark-index -i small/index --info)
python3 - <<'END'
import random
random.seed(7)
letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
for number in range(200):
    with open(f"news/{number}.txt", "w", encoding="utf-8") as file:
        for _ in range(4000):
            print("".join(random.choices(letters, k=random.randint(3, 9))), end=" ", file=file)
END
for memory in 256M 1M; do
    ark-index -i small/index --memory=$memory 2>error
    echo "status $?"
    grep -ciE 'no space' error
    wc -l <error
    ark-index -i small/index --verify
    test "$before" = "$(ark-index -i small/index --info)" || {
        echo "the index changed"
        ark-index -i small/index --info
    }
done
find news -name '[0-9]*' -delete
echo 'خبر آخر' >news/b.txt
ark-index -i small/index
