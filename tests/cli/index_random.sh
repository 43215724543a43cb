# After any changes an updated index equals one made anew: same documents, same answers.
# ARK_SEED=N replays one sequence.
python3 - <<'END'
import json, os, random, shutil, subprocess

WORDS = ["بحر", "جبل", "سهل", "نهر", "مدينة", "قرية", "مدرسة", "كتاب", "قطار", "جسر"]


def run(*arguments):
    done = subprocess.run(arguments, capture_output=True, text=True)
    assert done.returncode in (0, 1), (arguments, done.stderr)
    return done.stdout


def state(index):
    answers = [sorted(run("ark-search", "-i", index, "-l", "-n1000", word).splitlines())
               for word in WORDS]
    return sorted(run("ark-index", "-i", index, "--list").splitlines()), answers


def text(chance):
    return " ".join(chance.choices(WORDS, k=chance.randint(1, 12)))


def write_file(chance, path):
    if path.endswith(".jsonl"):
        records = [{"id": str(number), "text": text(chance)}
                   for number in chance.sample(range(8), chance.randint(0, 8))]
        content = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    else:
        content = text(chance)
    with open(path, "w", encoding="utf-8") as file:
        file.write(content)
    # Two changes within one tick of the file system's clock must not look alike.
    write_file.clock += 1
    os.utime(path, ns=(write_file.clock, write_file.clock))


write_file.clock = 10**18


def change(chance):
    folder = chance.choice(["tree", "tree/a", "tree/a/b", "tree/c"])
    os.makedirs(folder, exist_ok=True)
    path = f"{folder}/{chance.randint(0, 4)}{chance.choice(['.txt', '.jsonl'])}"
    action = chance.random()
    if action < 0.65:
        write_file(chance, path)
    elif action < 0.8 and os.path.exists(path):
        os.remove(path)
    elif action < 0.9 and os.path.exists(path):
        os.utime(path)
    elif action < 0.93 and folder != "tree":
        shutil.rmtree(folder)


for seed in [int(os.environ["ARK_SEED"])] if "ARK_SEED" in os.environ else range(4):
    chance = random.Random(seed)
    shutil.rmtree("tree", ignore_errors=True)
    shutil.rmtree("grown", ignore_errors=True)
    os.makedirs("tree")
    write_file(chance, "tree/first.txt")
    run("ark-index", "-q", "-i", "grown", "tree")
    for step in range(8):
        for _ in range(chance.randint(1, 12)):
            change(chance)
        run("ark-index", "-q", "-i", "grown", *chance.choice([[], ["tree"], ["--compact"]]))
        run("ark-index", "-q", "-i", "grown")
        shutil.rmtree("fresh", ignore_errors=True)
        run("ark-index", "-q", "-i", "fresh", "tree")
        assert state("grown") == state("fresh"), f"seed {seed}, step {step}"
        run("ark-index", "-q", "-i", "grown", "--verify")
END
