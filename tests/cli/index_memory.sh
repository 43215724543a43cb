# The memory bound changes how the work is done, never what the index holds.
mkdir news
python3 - <<'END'
import random
random.seed(11)
letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
words = ["".join(random.choices(letters, k=random.randint(2, 9))) for _ in range(30000)]
for number in range(40):
    with open(f"news/{number}.txt", "w", encoding="utf-8") as file:
        print(" ".join(random.choices(words, k=2000)), file=file)
END
ark-index -q -i large news
ark-index -q -i small --memory=1M news
for index in large small; do
    ark-index -i $index --verify
    ark-index -i $index --info | grep -vE '^(index|stored bytes|file bytes)' >$index.info
    ark-index -i $index --list >$index.list
done
cmp large.info small.info
cmp large.list small.list
ark-index -i small --info | grep -E '^(documents|words)'
