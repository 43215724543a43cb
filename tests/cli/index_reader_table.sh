# Whoever may read the data may write the table of readers, whatever the umask.
mkdir texts && echo 'هدنة في حلب' >texts/a.txt
for mask in 022 027 077; do
    (umask $mask && ark-index -q -i index-$mask texts)
    stat -c '%a %n' index-$mask/data/data.mdb index-$mask/data/lock.mdb
done
