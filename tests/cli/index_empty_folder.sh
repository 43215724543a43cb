# An empty folder is no error, and it is remembered.
mkdir empty
ark-index empty
echo "status $?"
ark-index
echo 'نص وصل متأخرا' >empty/late.txt
ark-index
