<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>BlockedPage</name>
    <message numerus="yes">
        <source>%n people blocked: you will not meet them again.</source>
        <translation>
            <numerusform>%n person blocked: you will not meet this person again.</numerusform>
            <numerusform>%n people blocked: you will not meet them again.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Counted</name>
    <message numerus="yes">
        <source>%n people online</source>
        <translation>
            <numerusform>%n person online</numerusform>
            <numerusform>%n people online</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Reachable, %n people online.</source>
        <translation>
            <numerusform>Reachable, %n person online.</numerusform>
            <numerusform>Reachable, %n people online.</numerusform>
        </translation>
    </message>
</context>
</TS>
