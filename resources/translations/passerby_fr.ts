<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>Passerby</source>
        <translation>Passerby</translation>
    </message>
    <message>
        <source>Meet strangers by webcam: press a key and a new person is there.</source>
        <translation>Rencontrez des inconnus par webcam&#xa0;: une touche, et une nouvelle personne est là.</translation>
    </message>
    <message>
        <source>Free software under the GNU Affero General Public License, version 3 or later. You may use it, study it, share it and improve it; it comes without any warranty.</source>
        <translation>Logiciel libre sous licence publique générale GNU Affero, version 3 ou ultérieure. Vous pouvez l’utiliser, l’étudier, le partager et l’améliorer&#x202f;; il est fourni sans aucune garantie.</translation>
    </message>
    <message>
        <source>The licence gives you the right to the source code: of this application from whoever gave it to you, and of a server from whoever runs it.</source>
        <translation>La licence vous donne droit au code source : celui de cette application auprès de qui vous l’a donnée, celui d’un serveur auprès de qui le fait tourner.</translation>
    </message>
    <message>
        <source>Licences of the parts</source>
        <translation>Licences des composants</translation>
    </message>
    <message>
        <source>Log files: {folder}</source>
        <translation>Journaux : {folder}</translation>
    </message>
</context>
<context>
    <name>Announcements</name>
    <message>
        <source>Save the report</source>
        <translation>Enregistrer le rapport</translation>
    </message>
    <message>
        <source>It could not be saved there. Choose another place.</source>
        <translation>Impossible d’enregistrer à cet endroit. Choisissez-en un autre.</translation>
    </message>
</context>
<context>
    <name>Ban</name>
    <message>
        <source>You are banned from this server. Reason: {reason}.</source>
        <translation>Vous êtes banni de ce serveur. Motif : {reason}.</translation>
    </message>
    <message>
        <source>You are banned from this server until {time}. Reason: {reason}.</source>
        <translation>Vous êtes banni de ce serveur jusqu’au {time}. Motif : {reason}.</translation>
    </message>
    <message>
        <source>If you object: {appeal}</source>
        <translation>Pour contester : {appeal}</translation>
    </message>
</context>
<context>
    <name>Block</name>
    <message>
        <source>Block this person?</source>
        <translation>Bloquer cette personne&#x202f;?</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Bloquer</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>The call ends at once and you will not meet this person again. You can take it back in the settings.</source>
        <translation>L’appel se termine aussitôt et vous ne rencontrerez plus cette personne. Vous pourrez revenir dessus dans les réglages.</translation>
    </message>
</context>
<context>
    <name>BlockRow</name>
    <message>
        <source>{when} (not in force)</source>
        <translation>{when} (sans effet)</translation>
    </message>
    <message>
        <source>Unblock</source>
        <translation>Débloquer</translation>
    </message>
    <message>
        <source>Blocked some time ago</source>
        <translation>Blocage plus ancien</translation>
    </message>
    <message>
        <source>Blocked on {date}</source>
        <translation>Blocage du {date}</translation>
    </message>
</context>
<context>
    <name>BlockedPage</name>
    <message>
        <source>Blocked people</source>
        <translation>Personnes bloquées</translation>
    </message>
    <message>
        <source>Unblock everyone</source>
        <translation>Débloquer tout le monde</translation>
    </message>
    <message>
        <source>Show older ones</source>
        <translation>Afficher les plus anciens</translation>
    </message>
    <message numerus="yes">
        <source>%n people blocked: you will not meet them again.</source>
        <translation>
            <numerusform>%n personne bloquée : vous ne la rencontrerez plus.</numerusform>
            <numerusform>%n personnes bloquées : vous ne les rencontrerez plus.</numerusform>
        </translation>
    </message>
    <message>
        <source>{count} people blocked. A search carries the newest {held}: you will not meet those again. The older blocks are not in force.</source>
        <translation>{count} personnes bloquées. Une recherche emporte les {held} plus récentes&#xa0;: vous ne les rencontrerez plus. Les blocages plus anciens sont sans effet.</translation>
    </message>
    <message>
        <source>Nobody. Whom you block during a call, you never meet again.</source>
        <translation>Aucune. Une personne bloquée pendant un appel ne vous est plus jamais présentée.</translation>
    </message>
</context>
<context>
    <name>Bubble</name>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Tout afficher</translation>
    </message>
</context>
<context>
    <name>ChatPanel</name>
    <message>
        <source>Conversation</source>
        <translation>Conversation</translation>
    </message>
    <message>
        <source>Write a message…</source>
        <translation>Écrivez un message…</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Message</translation>
    </message>
    <message>
        <source>Send (Enter)</source>
        <translation>Envoyer (Entrée)</translation>
    </message>
    <message>
        <source>The stranger is typing…</source>
        <translation>L’inconnu écrit…</translation>
    </message>
    <message>
        <source>You are talking with a stranger. Say hello!</source>
        <translation>Vous parlez avec un inconnu. Dites bonjour&#x202f;!</translation>
    </message>
    <message>
        <source>This conversation is over.</source>
        <translation>Cette conversation est terminée.</translation>
    </message>
    <message>
        <source>What you write to each other appears here.</source>
        <translation>Vos messages apparaissent ici.</translation>
    </message>
    <message>
        <source>Too long to send: {length} of {most} characters.</source>
        <translation>Trop long pour être envoyé : {length} caractères sur {most}.</translation>
    </message>
</context>
<context>
    <name>ChoicesMenu</name>
    <message>
        <source>Only people with a camera</source>
        <translation>Seulement des personnes avec caméra</translation>
    </message>
    <message>
        <source>Interests and languages…</source>
        <translation>Centres d’intérêt et langues…</translation>
    </message>
    <message>
        <source>Go on to the next person by itself</source>
        <translation>Passer tout seul à la personne suivante</translation>
    </message>
</context>
<context>
    <name>Consent</name>
    <message>
        <source>Direct calls on this server</source>
        <translation>Appels directs sur ce serveur</translation>
    </message>
    <message>
        <source>Agree and meet someone</source>
        <translation>Accepter et rencontrer quelqu’un</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>This server has no relay: picture, sound and text go straight from your computer to the stranger&apos;s, encrypted.</source>
        <translation>Ce serveur n’a pas de relais&#xa0;: l’image, le son et le texte vont directement de votre ordinateur à celui de l’inconnu, chiffrés.</translation>
    </message>
    <message>
        <source>So each stranger can find out your network address (IP). It can tell your provider and roughly where you live, but neither your name nor your street.</source>
        <translation>Chaque inconnu peut donc connaître votre adresse réseau (IP). Elle peut révéler votre fournisseur d’accès et votre région, mais ni votre nom ni votre rue.</translation>
    </message>
    <message>
        <source>You are asked only once for this server.</source>
        <translation>Cette question n’est posée qu’une fois pour ce serveur.</translation>
    </message>
</context>
<context>
    <name>Controls</name>
    <message>
        <source>Volume</source>
        <translation>Volume</translation>
    </message>
    <message>
        <source>Whom to meet</source>
        <translation>Qui rencontrer</translation>
    </message>
    <message>
        <source>Block this person</source>
        <translation>Bloquer cette personne</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
    <message>
        <source>Auto-next</source>
        <translation>Suivant auto</translation>
    </message>
    <message>
        <source>Go on to the next person by itself when a stranger leaves</source>
        <translation>Passer tout seul à la personne suivante quand un inconnu s’en va</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>Report this person</source>
        <translation>Signaler cette personne</translation>
    </message>
    <message>
        <source>Leave and meet nobody</source>
        <translation>Partir et ne rencontrer personne</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Suivant</translation>
    </message>
</context>
<context>
    <name>Counted</name>
    <message numerus="yes">
        <source>%n people online</source>
        <translation>
            <numerusform>%n personne en ligne</numerusform>
            <numerusform>%n personnes en ligne</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Reachable, %n people online.</source>
        <translation>
            <numerusform>Joignable, %n personne en ligne.</numerusform>
            <numerusform>Joignable, %n personnes en ligne.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CrashReport</name>
    <message>
        <source>Passerby ended unexpectedly</source>
        <translation>Passerby s’est arrêté de façon inattendue</translation>
    </message>
    <message>
        <source>Save the report…</source>
        <translation>Enregistrer le rapport…</translation>
    </message>
    <message>
        <source>Discard it</source>
        <translation>Ne pas le garder</translation>
    </message>
    <message>
        <source>This is what is known of it. It is not sent to anyone. You can save it and give it to whoever looks after Passerby.</source>
        <translation>Voici ce que l’on en sait. Ce n’est envoyé à personne. Vous pouvez l’enregistrer et le donner à qui s’occupe de Passerby.</translation>
    </message>
</context>
<context>
    <name>Device</name>
    <message>
        <source>Your {wanted} is not there; using {used}.</source>
        <translation>{wanted} n’est pas là&#x202f;; {used} est utilisé à la place.</translation>
    </message>
    <message>
        <source>The device you chose is not there; using {used}.</source>
        <translation>L’appareil choisi n’est pas là&#x202f;; {used} est utilisé à la place.</translation>
    </message>
    <message>
        <source>Your {wanted} is used by another program; using {used}.</source>
        <translation>{wanted}&#xa0;: un autre programme l’utilise&#x202f;; {used} est utilisé à la place.</translation>
    </message>
    <message>
        <source>Passerby may not use your {wanted}; using {used}.</source>
        <translation>Passerby n’a pas le droit d’utiliser {wanted}&#x202f;; {used} est utilisé à la place.</translation>
    </message>
    <message>
        <source>Your {wanted} does not deliver; using {used}.</source>
        <translation>{wanted}&#xa0;: rien n’en vient&#x202f;; {used} est utilisé à la place.</translation>
    </message>
    <message>
        <source>A test picture stands in for the camera.</source>
        <translation>Une image d’essai remplace la caméra.</translation>
    </message>
    <message>
        <source>A generated voice stands in for the microphone.</source>
        <translation>Une voix de synthèse remplace le micro.</translation>
    </message>
    <message>
        <source>test picture</source>
        <translation>image d’essai</translation>
    </message>
    <message>
        <source>generated voice</source>
        <translation>voix de synthèse</translation>
    </message>
</context>
<context>
    <name>DeviceButton</name>
    <message>
        <source>Switch the camera off</source>
        <translation>Éteindre la caméra</translation>
    </message>
    <message>
        <source>Switch the camera on</source>
        <translation>Allumer la caméra</translation>
    </message>
    <message>
        <source>Mute yourself</source>
        <translation>Couper votre micro</translation>
    </message>
    <message>
        <source>Unmute yourself</source>
        <translation>Réactiver votre micro</translation>
    </message>
</context>
<context>
    <name>DeviceKind</name>
    <message>
        <source>Camera</source>
        <translation>Caméra</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>Micro</translation>
    </message>
    <message>
        <source>Speaker</source>
        <translation>Haut-parleur</translation>
    </message>
</context>
<context>
    <name>DeviceProblem</name>
    <message>
        <source>{name} is used by another program. Close that program and it is taken up again.</source>
        <translation>{name}&#xa0;: un autre programme l’utilise. Fermez ce programme et Passerby s’en servira de nouveau.</translation>
    </message>
    <message>
        <source>{name} was unplugged. Plug it in again or choose another one.</source>
        <translation>{name}&#xa0;: appareil débranché. Rebranchez-le ou choisissez-en un autre.</translation>
    </message>
    <message>
        <source>{name} was found but does not deliver. Unplug it and plug it in again.</source>
        <translation>{name}&#xa0;: appareil trouvé, mais rien n’en vient. Débranchez-le et rebranchez-le.</translation>
    </message>
    <message>
        <source>This computer&apos;s sound system is not running.</source>
        <translation>Le système audio de cet ordinateur ne fonctionne pas.</translation>
    </message>
    <message>
        <source>No camera was found.</source>
        <translation>Aucune caméra n’a été trouvée.</translation>
    </message>
    <message>
        <source>No microphone was found.</source>
        <translation>Aucun micro n’a été trouvé.</translation>
    </message>
    <message>
        <source>No speaker was found.</source>
        <translation>Aucun haut-parleur n’a été trouvé.</translation>
    </message>
    <message>
        <source>Passerby may not use the camera. Allow it in the privacy settings of your system.</source>
        <translation>Passerby n’a pas le droit d’utiliser la caméra. Autorisez-le dans les réglages de confidentialité du système.</translation>
    </message>
    <message>
        <source>Passerby may not use the microphone. Allow it in the privacy settings of your system.</source>
        <translation>Passerby n’a pas le droit d’utiliser le micro. Autorisez-le dans les réglages de confidentialité du système.</translation>
    </message>
    <message>
        <source>Passerby may not play sound. Allow it in the privacy settings of your system.</source>
        <translation>Passerby n’a pas le droit d’émettre du son. Autorisez-le dans les réglages de confidentialité du système.</translation>
    </message>
</context>
<context>
    <name>DeviceRow</name>
    <message>
        <source>Automatic</source>
        <translation>Automatique</translation>
    </message>
    <message>
        <source>Automatic ({name})</source>
        <translation>Automatique ({name})</translation>
    </message>
    <message>
        <source>The device you chose</source>
        <translation>L’appareil choisi</translation>
    </message>
    <message>
        <source>{name} (not there)</source>
        <translation>{name} (absent)</translation>
    </message>
</context>
<context>
    <name>DevicesPage</name>
    <message>
        <source>Resolution</source>
        <translation>Résolution</translation>
    </message>
    <message>
        <source>Frame rate</source>
        <translation>Fréquence d’images</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Niveau</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>Volume</translation>
    </message>
    <message>
        <source>Your own picture</source>
        <translation>Votre image</translation>
    </message>
    <message>
        <source>Play a test sound</source>
        <translation>Jouer un son d’essai</translation>
    </message>
    <message>
        <source>{rate} pictures a second</source>
        <translation>{rate} images par seconde</translation>
    </message>
    <message>
        <source>The camera delivers {width} × {height}.</source>
        <translation>La caméra fournit {width} × {height}.</translation>
    </message>
</context>
<context>
    <name>Ending</name>
    <message>
        <source>The stranger left.</source>
        <translation>L’inconnu est parti.</translation>
    </message>
    <message>
        <source>The stranger went on to someone else.</source>
        <translation>L’inconnu est passé à quelqu’un d’autre.</translation>
    </message>
    <message>
        <source>The connection to the stranger was lost.</source>
        <translation>La connexion avec l’inconnu a été perdue.</translation>
    </message>
    <message>
        <source>No way through to this stranger was found. Try the next one.</source>
        <translation>Aucun chemin vers cet inconnu n’a été trouvé. Essayez le suivant.</translation>
    </message>
    <message>
        <source>The call could not begin: the server&apos;s relay could not be used.</source>
        <translation>L’appel n’a pas pu commencer : le relais du serveur n’a pas pu être utilisé.</translation>
    </message>
    <message>
        <source>The stranger&apos;s application does not fit with yours. Try the next one.</source>
        <translation>L’application de l’inconnu ne s’accorde pas avec la vôtre. Essayez le suivant.</translation>
    </message>
    <message>
        <source>The call was ended: the stranger sent harmful pictures.</source>
        <translation>L’appel a été coupé&#xa0;: l’inconnu envoyait des images nuisibles.</translation>
    </message>
    <message>
        <source>The call was ended: the stranger sent harmful messages.</source>
        <translation>L’appel a été coupé&#xa0;: l’inconnu envoyait des messages nuisibles.</translation>
    </message>
    <message>
        <source>The server refused the search. Change what you look for, or choose another server.</source>
        <translation>Le serveur a refusé la recherche. Changez ce que vous cherchez, ou choisissez un autre serveur.</translation>
    </message>
    <message>
        <source>You have blocked this person and will not meet again.</source>
        <translation>Vous avez bloqué cette personne et ne la rencontrerez plus.</translation>
    </message>
    <message>
        <source>The server has ended the call.</source>
        <translation>Le serveur a mis fin à l’appel.</translation>
    </message>
    <message>
        <source>Picture and sound stopped working and are being started again.</source>
        <translation>L’image et le son se sont arrêtés&#x202f;; ils redémarrent.</translation>
    </message>
</context>
<context>
    <name>EngineState</name>
    <message>
        <source>Picture and sound are starting…</source>
        <translation>L’image et le son démarrent…</translation>
    </message>
    <message>
        <source>Picture and sound are working.</source>
        <translation>L’image et le son fonctionnent.</translation>
    </message>
    <message>
        <source>Picture and sound stopped working. Starting them again…</source>
        <translation>L’image et le son se sont arrêtés. Redémarrage…</translation>
    </message>
    <message>
        <source>Picture and sound keep failing. Please quit Passerby and start it again.</source>
        <translation>L’image et le son s’arrêtent sans cesse. Quittez Passerby et relancez-le.</translation>
    </message>
</context>
<context>
    <name>Figures</name>
    <message>
        <source>Picture received</source>
        <translation>Image reçue</translation>
    </message>
    <message>
        <source>Picture sent</source>
        <translation>Image envoyée</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>Reçu</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Envoyé</translation>
    </message>
    <message>
        <source>Round trip</source>
        <translation>Aller-retour</translation>
    </message>
    <message>
        <source>Packets lost, received and sent</source>
        <translation>Paquets perdus, reçus et envoyés</translation>
    </message>
    <message>
        <source>Jitter</source>
        <translation>Gigue</translation>
    </message>
    <message>
        <source>Picture frozen</source>
        <translation>Image figée</translation>
    </message>
    <message>
        <source>{times} ×, {seconds} s</source>
        <translation>{times} ×, {seconds} s</translation>
    </message>
    <message>
        <source>Codec</source>
        <translation>Codec</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Chemin</translation>
    </message>
    <message>
        <source>{width} × {height}, {rate} per second</source>
        <translation>{width} × {height}, {rate} par seconde</translation>
    </message>
    <message>
        <source>direct</source>
        <translation>direct</translation>
    </message>
    <message>
        <source>relayed</source>
        <translation>relayé</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>Try now</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Show or hide the chat</source>
        <translation>Afficher ou masquer les messages</translation>
    </message>
    <message>
        <source>muted</source>
        <translation>micro coupé</translation>
    </message>
    <message>
        <source>no camera</source>
        <translation>sans caméra</translation>
    </message>
    <message>
        <source>camera off</source>
        <translation>caméra éteinte</translation>
    </message>
    <message>
        <source>direct</source>
        <translation>direct</translation>
    </message>
    <message>
        <source>relayed</source>
        <translation>relayé</translation>
    </message>
    <message>
        <source>The other side can see your network address.</source>
        <translation>L’autre personne peut voir votre adresse réseau.</translation>
    </message>
    <message>
        <source>A relay stands between: the other side cannot see your network address.</source>
        <translation>L’appel passe par un relais&#xa0;: l’autre personne ne peut pas voir votre adresse réseau.</translation>
    </message>
</context>
<context>
    <name>Key</name>
    <message>
        <source>Next person</source>
        <translation>Personne suivante</translation>
    </message>
    <message>
        <source>Next person, second key</source>
        <translation>Personne suivante, autre touche</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>Report this person</source>
        <translation>Signaler cette personne</translation>
    </message>
    <message>
        <source>Unveil the picture</source>
        <translation>Dévoiler l’image</translation>
    </message>
</context>
<context>
    <name>KeysPage</name>
    <message>
        <source>Keys</source>
        <translation>Touches</translation>
    </message>
    <message>
        <source>Click a field and press the key you want. These keys work wherever you are in Passerby.</source>
        <translation>Cliquez sur un champ et appuyez sur la touche voulue. Ces touches marchent partout dans Passerby.</translation>
    </message>
    <message>
        <source>Restore the defaults</source>
        <translation>Rétablir les touches d’origine</translation>
    </message>
    <message>
        <source>{key} is needed for writing.</source>
        <translation>{key} sert à écrire.</translation>
    </message>
    <message>
        <source>This needs a key.</source>
        <translation>Il faut une touche ici.</translation>
    </message>
    <message>
        <source>{key} is already used for: {action}.</source>
        <translation>{key} sert déjà à&#xa0;: {action}.</translation>
    </message>
</context>
<context>
    <name>Link</name>
    <message>
        <source>No server has been chosen. Choose one in the settings.</source>
        <translation>Aucun serveur n’est choisi. Choisissez-en un dans les réglages.</translation>
    </message>
    <message>
        <source>Connecting to the server…</source>
        <translation>Connexion au serveur…</translation>
    </message>
    <message>
        <source>Connected to the server</source>
        <translation>Connecté au serveur</translation>
    </message>
    <message>
        <source>The server cannot be reached.</source>
        <translation>Le serveur est injoignable.</translation>
    </message>
    <message>
        <source>The server did not let you in.</source>
        <translation>Le serveur ne vous a pas laissé entrer.</translation>
    </message>
    <message>
        <source>There is no connection to the server.</source>
        <translation>Il n’y a pas de connexion au serveur.</translation>
    </message>
    <message>
        <source>Accept an unencrypted connection…</source>
        <translation>Accepter une connexion non chiffrée…</translation>
    </message>
    <message>
        <source>Your call goes on.</source>
        <translation>Votre appel continue.</translation>
    </message>
    <message>
        <source>Trying again in {seconds} s.</source>
        <translation>Nouvel essai dans {seconds}&#xa0;s.</translation>
    </message>
    <message>
        <source>Trying again…</source>
        <translation>Nouvel essai…</translation>
    </message>
</context>
<context>
    <name>LinkDialog</name>
    <message>
        <source>Open this address?</source>
        <translation>Ouvrir cette adresse&#x202f;?</translation>
    </message>
    <message>
        <source>Open in the browser</source>
        <translation>Ouvrir dans le navigateur</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>A stranger sent it. The page will learn your network address.</source>
        <translation>Elle vient d’un inconnu. La page connaîtra votre adresse réseau.</translation>
    </message>
</context>
<context>
    <name>LinkProblem</name>
    <message>
        <source>The server cannot be reached. Check the address and your connection.</source>
        <translation>Le serveur est injoignable. Vérifiez l’adresse et votre connexion.</translation>
    </message>
    <message>
        <source>This computer&apos;s proxy does not let Passerby through. Check the proxy in the system&apos;s network settings, on Linux in the environment (https_proxy) too.</source>
        <translation>Le proxy de cet ordinateur ne laisse pas passer Passerby. Vérifiez le proxy dans les réglages réseau du système, sous Linux aussi dans l’environnement (https_proxy).</translation>
    </message>
    <message>
        <source>The connection to the server was lost.</source>
        <translation>La connexion au serveur a été perdue.</translation>
    </message>
    <message>
        <source>This is not an address. It looks like wss://example.org.</source>
        <translation>Ce n’est pas une adresse. Une adresse ressemble à wss://example.org.</translation>
    </message>
    <message>
        <source>Something answers there, but it is not a Passerby server.</source>
        <translation>Quelque chose répond à cette adresse, mais ce n’est pas un serveur Passerby.</translation>
    </message>
    <message>
        <source>This address is not encrypted. Use wss://, or accept an unencrypted connection.</source>
        <translation>Cette adresse n’est pas chiffrée. Utilisez wss://, ou acceptez une connexion non chiffrée.</translation>
    </message>
    <message>
        <source>The server&apos;s certificate is not valid, so it may not be who it says it is.</source>
        <translation>Le certificat du serveur n’est pas valide&#xa0;: ce n’est peut-être pas le bon serveur.</translation>
    </message>
    <message>
        <source>The server speaks another version. Update Passerby or choose another server.</source>
        <translation>Le serveur parle une autre version. Mettez Passerby à jour ou choisissez un autre serveur.</translation>
    </message>
    <message>
        <source>The server is full at the moment.</source>
        <translation>Le serveur est plein pour le moment.</translation>
    </message>
    <message>
        <source>The server is being restarted.</source>
        <translation>Le serveur redémarre.</translation>
    </message>
    <message>
        <source>Too many connections came from your network in a short time.</source>
        <translation>Trop de connexions sont venues de votre réseau en peu de temps.</translation>
    </message>
    <message>
        <source>You are banned from this server.</source>
        <translation>Vous êtes banni de ce serveur.</translation>
    </message>
    <message>
        <source>The server could not check your key. Tell its operator, or choose another server.</source>
        <translation>Le serveur n’a pas pu vérifier votre clé. Prévenez son responsable, ou choisissez un autre serveur.</translation>
    </message>
    <message>
        <source>Passerby is open in another window. Close one of the two.</source>
        <translation>Passerby est ouvert dans une autre fenêtre. Fermez l’une des deux.</translation>
    </message>
</context>
<context>
    <name>LobbyPage</name>
    <message>
        <source>This is you</source>
        <translation>Vous voici</translation>
    </message>
    <message>
        <source>Your own picture</source>
        <translation>Votre image</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
    <message>
        <source>Meet someone</source>
        <translation>Rencontrer quelqu’un</translation>
    </message>
    <message>
        <source>Interests and languages…</source>
        <translation>Centres d’intérêt et langues…</translation>
    </message>
    <message>
        <source>Camera and microphone stay closed: you will only write.</source>
        <translation>Caméra et micro restent fermés : vous ne ferez qu’écrire.</translation>
    </message>
    <message>
        <source>The camera stays closed: you will talk and write.</source>
        <translation>La caméra reste fermée : vous parlerez et écrirez.</translation>
    </message>
    <message>
        <source>Your camera is off</source>
        <translation>Votre caméra est éteinte</translation>
    </message>
    <message>
        <source>No picture of you</source>
        <translation>Pas d’image de vous</translation>
    </message>
    <message>
        <source>The camera is starting…</source>
        <translation>La caméra démarre…</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Next person</source>
        <translation>Personne suivante</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>Report this person</source>
        <translation>Signaler cette personne</translation>
    </message>
    <message>
        <source>Unveil the picture</source>
        <translation>Dévoiler l’image</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Quitter</translation>
    </message>
</context>
<context>
    <name>Mode</name>
    <message>
        <source>Video</source>
        <translation>Vidéo</translation>
    </message>
    <message>
        <source>Voice only</source>
        <translation>Voix seulement</translation>
    </message>
    <message>
        <source>Text only</source>
        <translation>Texte seulement</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Close this notice</source>
        <translation>Fermer cet avis</translation>
    </message>
</context>
<context>
    <name>Phase</name>
    <message>
        <source>Reconnecting…</source>
        <translation>Reconnexion…</translation>
    </message>
    <message>
        <source>Connecting to the server…</source>
        <translation>Connexion au serveur…</translation>
    </message>
    <message>
        <source>That was very fast. The search goes on in a moment…</source>
        <translation>C’était très rapide. La recherche reprend dans un instant…</translation>
    </message>
    <message>
        <source>Waiting for the server&apos;s relay…</source>
        <translation>En attente du relais du serveur…</translation>
    </message>
    <message>
        <source>Looking for someone… {seconds} s</source>
        <translation>Recherche de quelqu’un… {seconds}&#xa0;s</translation>
    </message>
    <message>
        <source>Ready when you are</source>
        <translation>Prêt quand vous l’êtes</translation>
    </message>
    <message>
        <source>Looking for someone…</source>
        <translation>Recherche de quelqu’un…</translation>
    </message>
    <message>
        <source>Someone is there. Connecting…</source>
        <translation>Quelqu’un est là. Connexion…</translation>
    </message>
    <message>
        <source>Talking with a stranger</source>
        <translation>En conversation</translation>
    </message>
</context>
<context>
    <name>Plain</name>
    <message>
        <source>Connect without encryption?</source>
        <translation>Se connecter sans chiffrement ?</translation>
    </message>
    <message>
        <source>Accept the risk and connect</source>
        <translation>Accepter le risque et se connecter</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>The connection to this server is not encrypted:</source>
        <translation>La connexion à ce serveur n’est pas chiffrée&#xa0;:</translation>
    </message>
    <message>
        <source>Anyone on the way, in the same Wi-Fi or at your provider for instance, can read and change what passes between you and the server: pose as you, and even get into your calls and watch and listen.</source>
        <translation>Toute personne sur le trajet, sur le même Wi-Fi ou chez votre fournisseur par exemple, peut lire et modifier ce qui passe entre vous et le serveur : se faire passer pour vous, et même s’introduire dans vos appels pour regarder et écouter.</translation>
    </message>
    <message>
        <source>An address that begins with wss:// does not have this risk.</source>
        <translation>Une adresse qui commence par wss:// n’a pas ce risque.</translation>
    </message>
</context>
<context>
    <name>PreferencesPage</name>
    <message>
        <source>Language and look</source>
        <translation>Langue et apparence</translation>
    </message>
    <message>
        <source>Calls</source>
        <translation>Appels</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Langue</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Thème</translation>
    </message>
    <message>
        <source>Newer versions</source>
        <translation>Nouvelles versions</translation>
    </message>
    <message>
        <source>Look once a day whether there is one, and show a link</source>
        <translation>Vérifier une fois par jour s’il y en a une, et montrer un lien</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Comme le système</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Clair</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Sombre</translation>
    </message>
    <message>
        <source>When a stranger leaves, go on to the next person</source>
        <translation>Quand un inconnu s’en va, passer à la personne suivante</translation>
    </message>
    <message>
        <source>Show your own picture during a call</source>
        <translation>Afficher votre image pendant l’appel</translation>
    </message>
    <message>
        <source>Blur each stranger&apos;s picture until I unveil it</source>
        <translation>Flouter l’image de chaque inconnu jusqu’à ce que vous la dévoiliez</translation>
    </message>
    <message>
        <source>Your key</source>
        <translation>Votre clé</translation>
    </message>
    <message>
        <source>A key on this computer lets a server know you again, without an account. With a new key nobody does: people who blocked you, and people you blocked, may meet you again.</source>
        <translation>Une clé sur cet ordinateur permet à un serveur de vous reconnaître, sans compte. Avec une nouvelle clé, personne ne vous reconnaît : les personnes qui vous ont bloqué, et celles que vous avez bloquées, peuvent vous rencontrer de nouveau.</translation>
    </message>
    <message>
        <source>Make a new key…</source>
        <translation>Créer une nouvelle clé…</translation>
    </message>
    <message>
        <source>The new key could not be saved. It holds only until you quit; a key that was saved before counts again then.</source>
        <translation>La nouvelle clé n’a pas pu être enregistrée. Elle ne vaut que jusqu’à la fermeture&#x202f;; une clé enregistrée auparavant vaut de nouveau ensuite.</translation>
    </message>
    <message>
        <source>Throw your key away and make a new one?</source>
        <translation>Jeter votre clé et en créer une nouvelle ?</translation>
    </message>
    <message>
        <source>Make a new key</source>
        <translation>Créer une nouvelle clé</translation>
    </message>
    <message>
        <source>Keep the key</source>
        <translation>Garder la clé</translation>
    </message>
    <message>
        <source>The old one cannot be brought back. A call that runs is ended.</source>
        <translation>L’ancienne ne peut pas être retrouvée. Un appel en cours est terminé.</translation>
    </message>
</context>
<context>
    <name>Quality</name>
    <message>
        <source>The connection is good.</source>
        <translation>La connexion est bonne.</translation>
    </message>
    <message>
        <source>Your connection loses packets. A cable, or a place nearer to the Wi-Fi, helps.</source>
        <translation>Votre connexion perd des paquets. Un câble, ou une place plus proche du Wi-Fi, aide.</translation>
    </message>
    <message>
        <source>Part of what you send is lost on its way.</source>
        <translation>Une partie de ce que vous envoyez se perd en chemin.</translation>
    </message>
    <message>
        <source>Part of what the other side sends is lost on its way.</source>
        <translation>Une partie de ce que l’autre envoie se perd en chemin.</translation>
    </message>
    <message>
        <source>The picture stops now and then: too little of it arrives.</source>
        <translation>L’image s’arrête par moments : il en arrive trop peu.</translation>
    </message>
    <message>
        <source>Everything arrives late: the way between you is long or full.</source>
        <translation>Tout arrive en retard : le chemin entre vous est long ou encombré.</translation>
    </message>
    <message>
        <source>Packets arrive unevenly: something else may be using your connection.</source>
        <translation>Les paquets arrivent irrégulièrement : autre chose utilise peut-être votre connexion.</translation>
    </message>
    <message>
        <source>Little gets through to the other side: your picture is sent smaller.</source>
        <translation>Peu de données atteignent l’autre personne : votre image est envoyée en plus petit.</translation>
    </message>
    <message>
        <source>This computer is too busy: your picture is sent smaller. Closing other programs helps.</source>
        <translation>Cet ordinateur est trop occupé : votre image est envoyée en plus petit. Fermez d’autres programmes : cela aide.</translation>
    </message>
    <message>
        <source>Connection: good</source>
        <translation>Connexion : bonne</translation>
    </message>
    <message>
        <source>Connection: fair</source>
        <translation>Connexion : moyenne</translation>
    </message>
    <message>
        <source>Connection: poor</source>
        <translation>Connexion : mauvaise</translation>
    </message>
    <message>
        <source>There is no call to measure. The figures come with the next one.</source>
        <translation>Il n’y a pas d’appel à mesurer. Les chiffres viendront avec le prochain.</translation>
    </message>
    <message>
        <source>The report is saved. It holds figures only: no address, no text, no names.</source>
        <translation>Le rapport est enregistré. Il ne contient que des chiffres : ni adresse, ni texte, ni nom.</translation>
    </message>
    <message>
        <source>The report could not be written there. Choose another folder, or make room.</source>
        <translation>Le rapport n’a pas pu être écrit là. Choisissez un autre dossier, ou libérez de la place.</translation>
    </message>
</context>
<context>
    <name>RelayProblem</name>
    <message>
        <source>The server&apos;s relay does not answer.</source>
        <translation>Le relais du serveur ne répond pas.</translation>
    </message>
    <message>
        <source>The certificate of the server&apos;s relay is not valid.</source>
        <translation>Le certificat du relais du serveur n’est pas valable.</translation>
    </message>
    <message>
        <source>The server&apos;s relay is full at the moment.</source>
        <translation>Le relais du serveur est plein pour le moment.</translation>
    </message>
    <message>
        <source>The server&apos;s relay did not let you in.</source>
        <translation>Le relais du serveur ne vous a pas laissé entrer.</translation>
    </message>
    <message>
        <source>It is tried again. If strangers may see your network address, you can allow direct calls in the settings.</source>
        <translation>Un nouvel essai est en cours. Si des inconnus peuvent voir votre adresse réseau, vous pouvez autoriser les appels directs dans les réglages.</translation>
    </message>
</context>
<context>
    <name>ReportOutcome</name>
    <message>
        <source>Thank you. The report is with the moderators.</source>
        <translation>Merci. Le signalement est entre les mains des modérateurs.</translation>
    </message>
    <message>
        <source>Thank you. The report is with the moderators, but without the evidence: this server&apos;s key for it is broken.</source>
        <translation>Merci. Le signalement est entre les mains des modérateurs, mais sans les preuves&#xa0;: la clé de ce serveur pour elles est inutilisable.</translation>
    </message>
    <message>
        <source>The server does not know this call any more, so it took no report.</source>
        <translation>Le serveur ne connaît plus cet appel ; il n’a pas pris de signalement.</translation>
    </message>
    <message>
        <source>You have sent many reports. Please wait before you send another.</source>
        <translation>Vous avez envoyé beaucoup de signalements. Attendez avant d’en envoyer un autre.</translation>
    </message>
    <message>
        <source>The report could not be sent. Please try again in a moment.</source>
        <translation>Le signalement n’a pas pu être envoyé. Réessayez dans un instant.</translation>
    </message>
</context>
<context>
    <name>ReportQuestion</name>
    <message>
        <source>Report this person</source>
        <translation>Signaler cette personne</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Signaler</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Send what was last seen and written as evidence</source>
        <translation>Joindre comme preuve la dernière image et les messages</translation>
    </message>
    <message>
        <source>Never meet this person again</source>
        <translation>Ne plus jamais rencontrer cette personne</translation>
    </message>
    <message>
        <source>Encrypted: only this server&apos;s moderators can open it.</source>
        <translation>Chiffré : seuls les modérateurs de ce serveur peuvent l’ouvrir.</translation>
    </message>
</context>
<context>
    <name>ReportReason</name>
    <message>
        <source>Nudity or sexual acts</source>
        <translation>Nudité ou actes sexuels</translation>
    </message>
    <message>
        <source>A child in danger, or harm to a child</source>
        <translation>Un enfant en danger, ou du tort fait à un enfant</translation>
    </message>
    <message>
        <source>Violence, threats or self-harm</source>
        <translation>Violence, menaces ou automutilation</translation>
    </message>
    <message>
        <source>Hatred of a group of people</source>
        <translation>Haine d’un groupe de personnes</translation>
    </message>
    <message>
        <source>Harassment</source>
        <translation>Harcèlement</translation>
    </message>
    <message>
        <source>Advertising, fraud or a machine</source>
        <translation>Publicité, escroquerie ou machine</translation>
    </message>
    <message>
        <source>Something else against the rules</source>
        <translation>Autre chose de contraire aux règles</translation>
    </message>
</context>
<context>
    <name>RulesPage</name>
    <message>
        <source>Welcome to Passerby</source>
        <translation>Bienvenue dans Passerby</translation>
    </message>
    <message>
        <source>Meet strangers by webcam, by voice or in writing. Press one key and a new person is there; press it again and the next one is. No account. Picture, sound and text are encrypted from you to the other person.</source>
        <translation>Rencontrez des inconnus par webcam, de vive voix ou par écrit. Une touche, et une nouvelle personne est là&#x202f;; la même touche, et voici la suivante. Aucun compte. L’image, le son et le texte sont chiffrés de bout en bout.</translation>
    </message>
    <message>
        <source>House rules</source>
        <translation>Règles de la maison</translation>
    </message>
    <message>
        <source>Be kind. Whoever is there is a person like you.</source>
        <translation>Soyez aimable. En face, c’est une personne comme vous.</translation>
    </message>
    <message>
        <source>Keep your clothes on, and threaten, insult or deceive nobody.</source>
        <translation>Restez habillé&#x202f;; ne menacez, n’insultez et ne trompez personne.</translation>
    </message>
    <message>
        <source>Record nobody who has not agreed.</source>
        <translation>N’enregistrez personne sans son accord.</translation>
    </message>
    <message>
        <source>Do not tell strangers your name, address or passwords. Leave whenever you like; you can block anyone.</source>
        <translation>Ne donnez à un inconnu ni votre nom, ni votre adresse, ni vos mots de passe. Partez quand vous voulez&#x202f;; vous pouvez bloquer n’importe qui.</translation>
    </message>
    <message>
        <source>I am 18 or older</source>
        <translation>J’ai 18 ans ou plus</translation>
    </message>
    <message>
        <source>I will keep the house rules</source>
        <translation>Je respecterai les règles de la maison</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continuer</translation>
    </message>
</context>
<context>
    <name>Scope</name>
    <message>
        <source>Only people who share an interest</source>
        <translation>Seulement qui partage un intérêt</translation>
    </message>
    <message>
        <source>First people who share an interest</source>
        <translation>D’abord qui partage un intérêt</translation>
    </message>
    <message>
        <source>Anybody</source>
        <translation>N’importe qui</translation>
    </message>
</context>
<context>
    <name>Search</name>
    <message>
        <source>You are the only one online right now.</source>
        <translation>Vous êtes seul en ligne en ce moment.</translation>
    </message>
    <message>
        <source>Nobody with a camera fits right now. You do not meet people without one, nor those in voice or text mode.</source>
        <translation>Personne avec une caméra ne convient en ce moment. Vous ne rencontrez ni les personnes sans caméra, ni celles en mode voix ou texte.</translation>
    </message>
    <message>
        <source>Nobody in video mode fits right now. You do not meet those in voice or text mode.</source>
        <translation>Personne ne convient en mode vidéo en ce moment. Vous ne rencontrez pas les personnes en mode voix ou texte.</translation>
    </message>
    <message>
        <source>Nobody in voice mode fits right now. You do not meet those in video or text mode.</source>
        <translation>Personne ne convient en mode voix en ce moment. Vous ne rencontrez pas les personnes en mode vidéo ou texte.</translation>
    </message>
    <message>
        <source>Nobody in text mode fits right now. You do not meet those in video or voice mode.</source>
        <translation>Personne ne convient en mode texte en ce moment. Vous ne rencontrez pas les personnes en mode vidéo ou voix.</translation>
    </message>
</context>
<context>
    <name>SelfView</name>
    <message>
        <source>Your own picture</source>
        <translation>Votre image</translation>
    </message>
    <message>
        <source>Hide your own picture</source>
        <translation>Masquer votre image</translation>
    </message>
</context>
<context>
    <name>ServerCheck</name>
    <message>
        <source>Reachable.</source>
        <translation>Joignable.</translation>
    </message>
</context>
<context>
    <name>ServerForm</name>
    <message>
        <source>Checking…</source>
        <translation>Vérification…</translation>
    </message>
    <message>
        <source>Address of the server</source>
        <translation>Adresse du serveur</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Vérifier</translation>
    </message>
    <message>
        <source>I accept an unencrypted connection to this server</source>
        <translation>J’accepte une connexion non chiffrée à ce serveur</translation>
    </message>
</context>
<context>
    <name>ServerLink</name>
    <message>
        <source>Go to this server?</source>
        <translation>Aller sur ce serveur ?</translation>
    </message>
    <message>
        <source>Use this server</source>
        <translation>Utiliser ce serveur</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>A link asks Passerby to use this server:</source>
        <translation>Un lien demande à Passerby d’utiliser ce serveur&#xa0;:</translation>
    </message>
    <message>
        <source>A server sees your network address and decides whom you meet. Go there only if you trust whoever gave you the link.</source>
        <translation>Un serveur voit votre adresse réseau et décide qui vous rencontrez. N’y allez que si vous faites confiance à la personne qui vous a donné le lien.</translation>
    </message>
    <message>
        <source>This link cannot be used</source>
        <translation>Ce lien est inutilisable</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>It names no server. Ask whoever gave it to you for a new one, such as passerby://example.org.</source>
        <translation>Il n’indique aucun serveur. Demandez-en un nouveau à qui vous l’a donné, par exemple passerby://example.org.</translation>
    </message>
</context>
<context>
    <name>ServerPage</name>
    <message>
        <source>Choose a server</source>
        <translation>Choisissez un serveur</translation>
    </message>
    <message>
        <source>A server brings people together. It sees neither your picture nor your words. Enter the address of one that you trust; you can change it in the settings.</source>
        <translation>Un serveur met les gens en relation. Il ne voit ni votre image ni vos mots. Entrez l’adresse d’un serveur auquel vous faites confiance&#x202f;; vous pourrez en changer dans les réglages.</translation>
    </message>
    <message>
        <source>Use this server</source>
        <translation>Utiliser ce serveur</translation>
    </message>
</context>
<context>
    <name>ServerRow</name>
    <message>
        <source>Check {server}</source>
        <translation>Vérifier {server}</translation>
    </message>
    <message>
        <source>Remove {server}</source>
        <translation>Retirer {server}</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Vérification…</translation>
    </message>
</context>
<context>
    <name>ServersPage</name>
    <message>
        <source>Servers</source>
        <translation>Serveurs</translation>
    </message>
    <message>
        <source>Allow direct calls on this server</source>
        <translation>Autoriser les appels directs sur ce serveur</translation>
    </message>
    <message>
        <source>Faster, but strangers can see your network address. Otherwise calls go through the server&apos;s relay.</source>
        <translation>Plus rapide, mais les inconnus peuvent voir votre adresse réseau. Sinon, les appels passent par le relais du serveur.</translation>
    </message>
    <message>
        <source>Add a server</source>
        <translation>Ajouter un serveur</translation>
    </message>
    <message>
        <source>Add to the list</source>
        <translation>Ajouter à la liste</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
    <message>
        <source>Pages of the settings</source>
        <translation>Pages des réglages</translation>
    </message>
    <message>
        <source>Camera and sound</source>
        <translation>Caméra et son</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Serveur</translation>
    </message>
    <message>
        <source>Whom to meet</source>
        <translation>Qui rencontrer</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>Préférences</translation>
    </message>
    <message>
        <source>Blocked people</source>
        <translation>Personnes bloquées</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Touches</translation>
    </message>
    <message>
        <source>About</source>
        <translation>À propos</translation>
    </message>
</context>
<context>
    <name>Shared</name>
    <message>
        <source>You share: {interests}.</source>
        <translation>Points communs : {interests}.</translation>
    </message>
    <message>
        <source>You both speak: {languages}.</source>
        <translation>Vous parlez tous deux : {languages}.</translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>The stranger&apos;s picture</source>
        <translation>L’image de l’inconnu</translation>
    </message>
    <message>
        <source>Show your own picture</source>
        <translation>Afficher votre image</translation>
    </message>
    <message>
        <source>Meet someone</source>
        <translation>Rencontrer quelqu’un</translation>
    </message>
    <message>
        <source>Press {key} for the next one.</source>
        <translation>Appuyez sur {key} pour le suivant.</translation>
    </message>
    <message>
        <source>Show the picture</source>
        <translation>Montrer l’image</translation>
    </message>
    <message>
        <source>One key brings a new person: {key}.</source>
        <translation>Une touche amène une nouvelle personne&#xa0;: {key}.</translation>
    </message>
    <message>
        <source>Press {key} to try again.</source>
        <translation>Appuyez sur {key} pour réessayer.</translation>
    </message>
    <message>
        <source>You are writing with a stranger</source>
        <translation>Vous écrivez avec un inconnu</translation>
    </message>
    <message>
        <source>You are talking with a stranger</source>
        <translation>Vous parlez avec un inconnu</translation>
    </message>
    <message>
        <source>The stranger has no camera</source>
        <translation>L’inconnu n’a pas de caméra</translation>
    </message>
    <message>
        <source>You can talk and write.</source>
        <translation>Vous pouvez parler et écrire.</translation>
    </message>
    <message>
        <source>The stranger&apos;s camera is off</source>
        <translation>La caméra de l’inconnu est éteinte</translation>
    </message>
    <message>
        <source>Waiting for the picture…</source>
        <translation>L’image arrive…</translation>
    </message>
    <message>
        <source>Only people with a camera are looked for.</source>
        <translation>Seules des personnes avec caméra sont recherchées.</translation>
    </message>
</context>
<context>
    <name>Start</name>
    <message>
        <source>There is no display to show a window on. Start Passerby from a desktop, or name the display in DISPLAY or WAYLAND_DISPLAY.</source>
        <translation>Il n’y a pas d’écran où afficher une fenêtre. Lancez Passerby depuis un bureau, ou nommez l’écran dans DISPLAY ou WAYLAND_DISPLAY.</translation>
    </message>
    <message>
        <source>There is no home folder to keep your settings in. Name one in HOME, or a folder of its own with --profile.</source>
        <translation>Il n’y a pas de dossier personnel où garder vos réglages. Indiquez-en un dans HOME, ou un dossier à part avec --profile.</translation>
    </message>
</context>
<context>
    <name>Statistics</name>
    <message>
        <source>{rate} fps</source>
        <translation>{rate}&#xa0;i/s</translation>
    </message>
    <message>
        <source>{time} ms</source>
        <translation>{time}&#xa0;ms</translation>
    </message>
</context>
<context>
    <name>StatisticsDialog</name>
    <message>
        <source>Connection</source>
        <translation>Connexion</translation>
    </message>
    <message>
        <source>Save a report…</source>
        <translation>Enregistrer un rapport…</translation>
    </message>
    <message>
        <source>Save a report</source>
        <translation>Enregistrer un rapport</translation>
    </message>
</context>
<context>
    <name>StoreProblem</name>
    <message>
        <source>Your settings could not be read and were put aside as settings.broken.json, in their folder; the defaults are used.</source>
        <translation>Vos réglages étaient illisibles et ont été mis de côté sous le nom settings.broken.json, dans leur dossier&#x202f;; les réglages d’origine sont utilisés.</translation>
    </message>
    <message>
        <source>Your settings cannot be saved; changes hold until you quit.</source>
        <translation>Vos réglages ne peuvent pas être enregistrés&#x202f;; ils valent jusqu’à la fermeture.</translation>
    </message>
</context>
<context>
    <name>Tags</name>
    <message>
        <source>Remove {word}</source>
        <translation>Retirer {word}</translation>
    </message>
</context>
<context>
    <name>UpdateNotice</name>
    <message>
        <source>Passerby {version} is out. You have an older version.</source>
        <translation>Passerby {version} est sorti. Votre version est plus ancienne.</translation>
    </message>
    <message>
        <source>See what is new</source>
        <translation>Voir les nouveautés</translation>
    </message>
    <message>
        <source>Close this notice</source>
        <translation>Fermer cet avis</translation>
    </message>
</context>
<context>
    <name>VoiceSwitches</name>
    <message>
        <source>Take out the echo of the speaker</source>
        <translation>Supprimer l’écho du haut-parleur</translation>
    </message>
    <message>
        <source>Take out background noise</source>
        <translation>Supprimer le bruit de fond</translation>
    </message>
    <message>
        <source>Keep the voice evenly loud</source>
        <translation>Garder la voix à un volume égal</translation>
    </message>
    <message>
        <source>Music: send the sound as it is, in stereo</source>
        <translation>Musique : envoyer le son tel quel, en stéréo</translation>
    </message>
    <message>
        <source>For instruments and recordings. Use headphones: no echo is taken out.</source>
        <translation>Pour des instruments et des enregistrements. Mettez un casque : aucun écho n’est retiré.</translation>
    </message>
</context>
<context>
    <name>Wait</name>
    <message>
        <source>It usually takes about a second.</source>
        <translation>Il faut en général environ une seconde.</translation>
    </message>
    <message>
        <source>It usually takes about {seconds} s.</source>
        <translation>Il faut en général environ {seconds} s.</translation>
    </message>
    <message>
        <source>It usually takes about {minutes} min.</source>
        <translation>Il faut en général environ {minutes} min.</translation>
    </message>
</context>
<context>
    <name>WhatIsLeft</name>
    <message>
        <source>You can still talk and write.</source>
        <translation>Vous pouvez quand même parler et écrire.</translation>
    </message>
    <message>
        <source>You can still be seen, listen and write.</source>
        <translation>On peut quand même vous voir, et vous pouvez écouter et écrire.</translation>
    </message>
    <message>
        <source>You can still be seen and heard, and write.</source>
        <translation>On peut quand même vous voir et vous entendre, et vous pouvez écrire.</translation>
    </message>
    <message>
        <source>You can still watch, listen and write.</source>
        <translation>Vous pouvez quand même voir, écouter et écrire.</translation>
    </message>
    <message>
        <source>You can still watch, be heard and write.</source>
        <translation>Vous pouvez quand même voir, vous faire entendre et écrire.</translation>
    </message>
    <message>
        <source>You can still see each other and write.</source>
        <translation>Vous pouvez quand même vous voir et écrire.</translation>
    </message>
    <message>
        <source>You can still watch and write.</source>
        <translation>Vous pouvez quand même voir et écrire.</translation>
    </message>
    <message>
        <source>You can still listen and write.</source>
        <translation>Vous pouvez quand même écouter et écrire.</translation>
    </message>
    <message>
        <source>You can still be heard and write.</source>
        <translation>Vous pouvez quand même vous faire entendre et écrire.</translation>
    </message>
    <message>
        <source>You can still write.</source>
        <translation>Vous pouvez quand même écrire.</translation>
    </message>
</context>
<context>
    <name>WishesPage</name>
    <message>
        <source>Interests</source>
        <translation>Centres d’intérêt</translation>
    </message>
    <message>
        <source>Add an interest and press Enter</source>
        <translation>Ajoutez un intérêt et appuyez sur Entrée</translation>
    </message>
    <message>
        <source>Meet</source>
        <translation>Rencontrer</translation>
    </message>
    <message>
        <source>Languages you speak</source>
        <translation>Langues que vous parlez</translation>
    </message>
    <message>
        <source>Add a language…</source>
        <translation>Ajouter une langue…</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personnes</translation>
    </message>
    <message>
        <source>Community</source>
        <translation>Communauté</translation>
    </message>
    <message>
        <source>In video calls, meet only people with a camera</source>
        <translation>En vidéo, ne rencontrer que des personnes avec caméra</translation>
    </message>
    <message>
        <source>That is all: {count} interests at most.</source>
        <translation>C’est tout : {count} intérêts au plus.</translation>
    </message>
    <message>
        <source>Strangers see only those that they have named as well.</source>
        <translation>Les inconnus ne voient que ceux qu’ils ont indiqués eux aussi.</translation>
    </message>
    <message>
        <source>That is all: {count} languages at most.</source>
        <translation>C’est tout : {count} langues au plus.</translation>
    </message>
    <message>
        <source>People who share a language with you come first.</source>
        <translation>Les personnes qui partagent une langue avec vous passent d’abord.</translation>
    </message>
</context>
</TS>
