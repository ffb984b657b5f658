"""Words that say too little to be looked for beside others, folded as `domain.words` folds."""

_BY_LANGUAGE = {
    "en": """
        a an and are as at be been but by for from had has have he her his how i if in into is it its of on or our she
        so than that the their them there these they this those to was we were what when where which who will with
        would you your did do does not no about""",
    "de": """
        aber als am an auch auf aus bei bin bis das dass dem den der des die du durch ein eine einem einen einer eines
        er es fur hat haben ich ihr im in ist mit nach nicht noch oder sich sie sind so uber um und uns unter vom von
        vor war waren was wenn wie wird wir zu zum zur""",
    "fr": """
        a au aux avec ce ces cette dans de des du elle elles en est et eux il ils je la le les leur leurs lui mais me
        meme mes mon ne nos notre nous on ou par pas pour qu que qui sa se ses son sont sur ta tes toi ton tu un une
        vous y d l""",
    "es": """
        al ante como con cual de del desde el ella ellas ellos en entre era eran es esa ese esta este fue ha han hasta
        la las le les lo los mas me mi muy no nos o para pero por que se sin sobre son su sus tambien te un una uno
        unos y ya""",
    "ru": """
        а без бы был была были было в вы для до его ее если еще и из или их к как ко мы на не него нее но о об он она
        они от по при с со так также то только у уже что чтобы это""",
    "uk": """
        а або але без би був була були було в вже від він вона вони для до з за зі і із їх його її й к коли ми на над не
        ні об по при про та так також те ти то у що щоб як є це цей ця""",
    "ar": "في من الي علي عن ان انه هذا هذه التي الذي ما لا لم كان كانت قد مع او و بعد كل بين هو هي",
}

STOP_WORDS = frozenset(word for listed in _BY_LANGUAGE.values() for word in listed.split())
