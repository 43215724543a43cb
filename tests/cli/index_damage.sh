# A damaged or cut index is found out, never trusted, never a crash.
mkdir news
i=0
while [ $i -lt 20 ]; do
    echo "نص قصير رقم $i عن المدينة والبحر" >news/$i.txt
    i=$((i + 1))
done
ark-index -q -i good news
cp -r good flipped
python3 - <<'END'
# One bit in the middle of the largest run of bytes that are not zero: a chunk of ours.
data = bytearray(open("flipped/data/data.mdb", "rb").read())
runs = max((len(part), data.find(part)) for part in bytes(data).split(bytes(64)) if part)
data[runs[1] + runs[0] // 2] ^= 1
open("flipped/data/data.mdb", "wb").write(data)
END
ark-index -i flipped --verify 2>error
echo "status $?"
grep -c 'damaged' error
cp -r good cut
python3 -c 'import os; os.truncate("cut/data/data.mdb", os.path.getsize("cut/data/data.mdb") - 8192)'
ark-index -i cut --verify 2>error
echo "status $?"
grep -c 'damaged' error
cp -r good text
echo 'this is not an index' >text/data/data.mdb
ark-index -i text 2>error
echo "status $?"
wc -l <error
ark-index -i good --verify
