# A run that is killed at any moment leaves the index as it was, sound, and the next run works.
texts() {
    python3 - "$1" "$2" <<'END'
import random, sys
random.seed(sys.argv[1])
letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
words = ["".join(random.choices(letters, k=random.randint(2, 8))) for _ in range(20000)]
for number in range(200):
    with open(f"{sys.argv[2]}/{number}.txt", "w", encoding="utf-8") as file:
        print(" ".join(random.choices(words, k=1000)), file=file)
END
}
mkdir news
texts 1 news
ark-index -q news
cp -r .local/share/ark/index clean
texts 2 news
killed=0
for delay in 0.02 0.05 0.1 0.15 0.2 0.25 0.3 0.4 0.5 0.7; do
    rm -rf index
    cp -r clean index
    before=$(ark-index -i index --info)
    ark-index -q -i index --memory=1M &
    sleep $delay
    if kill -KILL $! 2>/dev/null; then
        killed=$((killed + 1))
    fi
    wait $! 2>/dev/null
    ark-index -q -i index --verify || echo "damaged after $delay s"
    after=$(ark-index -i index --info | grep -v '^file bytes')
    # Either not published at all, or the kill came too late.
    if [ "$after" != "$(echo "$before" | grep -v '^file bytes')" ] &&
        [ "$(ark-index -i index 2>&1)" != "ark-index: up to date (200 documents)" ]; then
        echo "half published after $delay s"
    fi
    ark-index -q -i index
    ark-index -q -i index --verify || echo "damaged by the run after $delay s"
    ark-index -i index --info | grep '^documents' | grep -vx 'documents: 200'
done
test $killed -gt 0 || echo "no run was killed"
exit 0
