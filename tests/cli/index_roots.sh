# Roots within roots hold no document twice; the nearest root's options hold.
mkdir -p outer/inner outer/other
echo 'نص في الداخل' >outer/inner/a.txt
echo 'نص مخفي في الداخل' >outer/inner/.hidden.txt
echo 'نص في الخارج' >outer/b.txt
echo 'نص مخفي في الخارج' >outer/.hidden.txt
ark-index --hidden outer/inner
ark-index outer
ark-index --info | grep -E '^(documents|root)'
ark-index
# A part of a root is updated within it and is no root itself.
echo 'نص آخر' >outer/other/c.txt
echo 'نص آخر في الخارج' >outer/d.txt
ark-index -v outer/other
ark-index -v outer/d.txt
# What the root passes over becomes a root of its own when it is named.
ark-index -v outer/.hidden.txt
ark-index --info | grep ^root
ark-index
# Options of a known root are kept until others are given.
ark-index -v outer/inner
ark-index -v --exclude='a*' outer/inner
ark-index --list
